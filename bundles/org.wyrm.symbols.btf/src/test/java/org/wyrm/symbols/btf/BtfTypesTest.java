package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Enumerator;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TargetType.TypedefType;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.testkit.btf.BtfBuilder;

class BtfTypesTest {
    private static final long PER_CPU_START = 0x1000;

    private final BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final BtfBuilder.Label number = btf.integer("unsigned int", 4, 0);

    private static ByteSlice slice(BtfBuilder builder) {
        return ByteSlice.of("[.BTF]", builder.build(), ByteOrder.LITTLE_ENDIAN);
    }

    private BtfTypes source() {
        return BtfTypes.ofKernel(() -> slice(btf), 8, () -> PER_CPU_START, warning -> {});
    }

    @Test
    void nothingIsReadBeforeSomethingIsAskedAndThenOnce() {
        var reads = new AtomicInteger();
        var source = BtfTypes.ofKernel(
                () -> {
                    reads.incrementAndGet();
                    return slice(btf);
                },
                8,
                () -> 0,
                warning -> {});

        assertThat(source.name()).isEqualTo("btf");
        assertThat(source.types()).isPresent();
        assertThat(source.variables()).isPresent();
        assertThat(source.symbols()).isEmpty();
        assertThat(reads).hasValue(0);

        source.type(1);
        source.findTypes(TypeKind.BASE, "int");

        assertThat(reads).hasValue(1);
    }

    @Test
    void aTypeIsAlwaysTheSameObjectFromManyThreads() throws Exception {
        for (var count = 0; count < 2000; count++) {
            btf.pointer(number);
        }
        var source = source();
        Callable<List<TargetType>> readAll =
                () -> IntStream.range(0, btf.nextId()).mapToObj(source::type).toList();

        Set<TargetType> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var result : threads.invokeAll(Collections.nCopies(8, readAll))) {
                seen.addAll(result.get());
            }
        }

        assertThat(seen).hasSize(btf.nextId());
    }

    @Test
    void aNumberOutsideIsTheCallersMistake() {
        var source = source();

        assertThatIllegalArgumentException().isThrownBy(() -> source.type(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> source.type(2));
        assertThatIllegalArgumentException().isThrownBy(() -> source.type(1L << 32 | 1));
    }

    @Nested
    class Scalars {
        @Test
        void haveCsUsualNamesAndSigns() {
            var signed = btf.integer("long int", 8, 1);
            var bool = btf.integer("_Bool", 1, 4);
            var real = btf.floatingPoint("double", 8);
            var source = source();

            assertThat(source.type(number.id())).isEqualTo(new IntType(ref(source, number), "unsigned int", 4, false));
            assertThat(source.type(signed.id())).isEqualTo(new IntType(ref(source, signed), "long", 8, true));
            assertThat(source.type(bool.id())).isEqualTo(new BoolType(ref(source, bool), "_Bool", 1));
            assertThat(source.type(real.id())).isEqualTo(new FloatType(ref(source, real), "double", 8));
            assertThat(source.type(0)).isEqualTo(new VoidType(new TypeRef(source, 0)));
        }

        @Test
        void ofImpossibleSizesAreRejected() {
            var real = btf.floatingPoint("half", 3);
            var enumeration = btf.enumeration("e", 16, btf.enumerator("A", 0));
            var source = source();

            assertThatThrownBy(() -> source.type(real.id()))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("floating-point number 'half' (type 2) cannot have 3 bytes");
            assertThatThrownBy(() -> source.type(enumeration.id())).hasMessageContaining("cannot have 16 bytes");
        }

        @Test
        void enumsHaveTheSignThatTheProducerTells() {
            var unsigned = btf.enumeration("e", 4, btf.enumerator("TOP", 0x8000_0000));
            var signed = btf.signedEnumeration("", 4, btf.enumerator("MINUS", -1));
            var source = source();

            assertThat(source.type(unsigned.id()))
                    .isEqualTo(new EnumType(
                            ref(source, unsigned),
                            Optional.of("e"),
                            4,
                            false,
                            List.of(new Enumerator("TOP", 0x8000_0000L)),
                            true));
            assertThat(source.type(signed.id()))
                    .isEqualTo(new EnumType(
                            ref(source, signed),
                            Optional.empty(),
                            4,
                            true,
                            List.of(new Enumerator("MINUS", -1)),
                            true));
        }

        @Test
        void enumsOfAnOldProducerHaveASignIfAValueIsBelowZero() {
            var negative = btf.enumeration("e", 4, btf.enumerator("MINUS", -1), btf.enumerator("ONE", 1));
            var positive = btf.enumeration("f", 4, btf.enumerator("ONE", 1));
            var source = source();

            assertThat(((EnumType) source.type(negative.id())).signed()).isTrue();
            assertThat(((EnumType) source.type(negative.id())).enumerators())
                    .first()
                    .isEqualTo(new Enumerator("MINUS", -1));
            assertThat(((EnumType) source.type(positive.id())).signed()).isFalse();
        }

        @Test
        void constantsAreFoundInEveryEnumThatHasThem() {
            var negative = btf.enumeration("e", 4, btf.enumerator("MINUS", -1), btf.enumerator("ONE", 1));
            var positive = btf.enumeration("", 4, btf.enumerator("ONE", 1));
            var source = source();

            assertThat(source.findConstants("MINUS"))
                    .containsExactly(new Variable(
                            "MINUS", new TypeRef(source, negative.id()), new Location.Constant(-1), "btf"));
            assertThat(source.findConstants("ONE"))
                    .extracting(constant -> constant.type().id())
                    .containsExactly((long) negative.id(), (long) positive.id());
            assertThat(source.findConstants("TWO")).isEmpty();
        }

        @Test
        void aModulesEnumsAreReadAsItsKernelTells() {
            btf.signedEnumeration("s", 4, btf.enumerator("MINUS", -1));
            var module = btf.split();
            var top = module.enumeration("e", 4, module.enumerator("TOP", -1));
            var source = source().ofModule("m.ko", () -> slice(module), () -> 0);

            assertThat(((EnumType) source.type(top.id())).enumerators())
                    .containsExactly(new Enumerator("TOP", 0xffff_ffffL));
        }

        @Test
        void enumsOf64BitsKeepAllOfThem() {
            var unsigned = btf.enumeration64("e", 8, btf.enumerator64("TOP", Long.MIN_VALUE));
            var signed = btf.signedEnumeration64("f", 8, btf.enumerator64("LOW", Long.MIN_VALUE));
            var source = source();

            assertThat(((EnumType) source.type(unsigned.id())).signed()).isFalse();
            assertThat(((EnumType) source.type(signed.id())).signed()).isTrue();
            assertThat(((EnumType) source.type(signed.id())).enumerators())
                    .containsExactly(new Enumerator("LOW", Long.MIN_VALUE));
        }
    }

    private static TypeRef ref(BtfTypes source, BtfBuilder.Label label) {
        return new TypeRef(source, label.id());
    }

    @Nested
    class DerivedTypes {
        @Test
        void referToOthers() {
            var pointer = btf.pointer(btf.voidType());
            var array = btf.array(number, number, 3);
            var empty = btf.array(number, number, 0);
            var typedef = btf.typedef("u32", number);
            var source = source();

            assertThat(source.type(pointer.id()))
                    .isEqualTo(new PointerType(ref(source, pointer), 8, new TypeRef(source, 0)));
            assertThat(source.type(array.id()))
                    .isEqualTo(new ArrayType(ref(source, array), ref(source, number), OptionalLong.of(3)));
            assertThat(((ArrayType) source.type(empty.id())).elementCount()).hasValue(0);
            assertThat(source.type(typedef.id()))
                    .isEqualTo(new TypedefType(ref(source, typedef), "u32", ref(source, number)));
        }

        @Test
        void qualifiersInARowAreOneType() {
            var qualified = btf.constOf(btf.typeTag("rcu", btf.volatileOf(btf.restrictOf(number))));
            var source = source();

            assertThat(source.type(qualified.id()))
                    .isEqualTo(new QualifiedType(
                            ref(source, qualified),
                            Set.of(Qualifier.CONST, Qualifier.VOLATILE, Qualifier.RESTRICT),
                            ref(source, number)));
        }

        @Test
        void typeTagsAreSeenThrough() {
            var tag = btf.typeTag("user", btf.typeTag("rcu", number));
            var pointer = btf.pointer(tag);
            var source = source();

            assertThat(((PointerType) source.type(pointer.id())).target()).isEqualTo(ref(source, number));
            assertThat(source.type(tag.id())).isSameAs(source.type(number.id()));
        }

        @Test
        void functionsHaveParametersAndMayBeVariadic() {
            var plain = btf.prototype(btf.voidType());
            var variadic =
                    btf.prototype(number, btf.parameter("format", number), btf.parameter("", number), btf.ellipsis());
            var source = source();

            assertThat(source.type(plain.id()))
                    .isEqualTo(new FunctionType(ref(source, plain), new TypeRef(source, 0), List.of(), false));
            assertThat(source.type(variadic.id()))
                    .isEqualTo(new FunctionType(
                            ref(source, variadic),
                            ref(source, number),
                            List.of(
                                    new Parameter(Optional.of("format"), ref(source, number)),
                                    new Parameter(Optional.empty(), ref(source, number))),
                            true));
        }

        @Test
        void whatIsNoTypeIsRejectedAsOne() {
            var function = btf.function("f", btf.prototype(btf.voidType()));
            var variable = btf.variable("v", number);
            var tag = btf.declarationTag("tag", number, -1);
            var pointer = btf.pointer(variable);
            var source = source();

            for (var label : List.of(function, variable, tag)) {
                assertThatThrownBy(() -> source.type(label.id()))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("is used as a type");
            }
            assertThatThrownBy(() ->
                            ((PointerType) source.type(pointer.id())).target().resolve())
                    .hasMessageContaining("variable 'v' (type 4) is used as a type");
        }

        @Test
        void aReferenceToNoTypeIsRejectedWhereItIsUsed() {
            var pointer = btf.pointer(btf.number(99));
            var source = source();

            assertThatThrownBy(() -> source.type(pointer.id()))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("pointer (type 2) refers to type 99, the last is 2");
        }
    }

    @Nested
    class Circles {
        @Test
        void ofQualifiersAreRejected() {
            var first = btf.label();
            var second = btf.volatileOf(first);
            btf.at(first).constOf(second);
            var source = source();

            assertThatThrownBy(() -> source.type(first.id()))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("goes in a circle");
        }

        @Test
        void ofTypeTagsAreRejected() {
            var tag = btf.label();
            btf.at(tag).typeTag("loop", tag);
            var pointer = btf.pointer(tag);
            var source = source();

            assertThatThrownBy(() -> source.type(tag.id())).isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> source.type(pointer.id())).isInstanceOf(MalformedDataException.class);
        }

        @Test
        void ofTypedefsAreRejectedWhenTheyAreFollowed() {
            var typedef = btf.label();
            btf.at(typedef).typedef("loop", typedef);
            var struct = btf.struct("s", 4, btf.member("a", typedef, 0));
            var source = source();

            assertThatThrownBy(() -> source.type(typedef.id()).unaliased()).isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> source.type(struct.id())).isInstanceOf(MalformedDataException.class);
        }

        @Test
        void ofAnonymousMembersAreRejected() {
            var first = btf.label();
            var second = btf.union("", 8, btf.member("", first, 0), btf.member("", first, 0));
            btf.at(first).struct("s", 8, btf.member("", second, 0), btf.member("", second, 0));
            var struct = (CompoundType) source().type(first.id());

            assertThatThrownBy(() -> struct.findMember("a"))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("its anonymous members have no end");
        }

        @Test
        void ofOneNestingWithManyBranchesAreRejectedInTime() {
            var types = new ArrayList<BtfBuilder.Label>();
            types.add(btf.struct("", 8, btf.member("a", number, 0)));
            for (var nesting = 0; nesting < 60; nesting++) {
                var inner = types.getLast();
                types.add(btf.struct("", 8, btf.member("", inner, 0), btf.member("", inner, 0)));
            }
            var struct = (CompoundType) source().type(types.getLast().id());

            assertThatThrownBy(() -> struct.findMember("b")).isInstanceOf(MalformedDataException.class);
        }

        @Test
        void throughPointersAreOrdinary() {
            var list = btf.label();
            var pointer = btf.pointer(list);
            btf.at(list).struct("list_head", 16, btf.member("next", pointer, 0), btf.member("prev", pointer, 64));
            var source = source();

            var next =
                    ((CompoundType) source.type(list.id())).findMember("next").orElseThrow();

            assertThat(((PointerType) next.type().resolve()).target().resolve()).isSameAs(source.type(list.id()));
        }
    }

    @Nested
    class Compounds {
        @Test
        void haveMembersAndBitFields() {
            var struct =
                    btf.structWithBitFields("s", 8, btf.bitField("a", number, 0, 0), btf.bitField("b", number, 35, 3));
            var source = source();

            var type = (CompoundType) source.type(struct.id());

            assertThat(type.toString()).isEqualTo("struct s");
            assertThat(type.byteSize()).isEqualTo(8);
            assertThat(type.isComplete()).isTrue();
            assertThat(type.members())
                    .containsExactly(
                            new Member(Optional.of("a"), ref(source, number), 0, OptionalInt.empty()),
                            new Member(Optional.of("b"), ref(source, number), 35, OptionalInt.of(3)));
        }

        @Test
        void ofAnOldProducerHaveBitFieldsByTheirIntegers() {
            var bits = btf.integer("unsigned int", 4, 0, 2, 3);
            var alias = btf.typedef("bits", btf.constOf(bits));
            var struct = btf.struct("s", 8, btf.member("a", number, 0), btf.member("b", alias, 32));
            var source = source();

            assertThat(((CompoundType) source.type(struct.id())).members())
                    .containsExactly(
                            new Member(Optional.of("a"), ref(source, number), 0, OptionalInt.empty()),
                            new Member(Optional.of("b"), ref(source, alias), 34, OptionalInt.of(3)));
        }

        @Test
        void anonymousMembersGiveTheirsAway() {
            var inner = btf.union("", 4, btf.member("value", number, 0));
            var struct = btf.struct("s", 8, btf.member("", inner, 32));
            var source = source();

            var member = ((CompoundType) source.type(struct.id())).findMember("value");

            assertThat(member).map(Member::bitOffset).hasValue(32L);
        }

        @Test
        void thatAreOnlyDeclaredAreIncomplete() {
            var struct = btf.forwardStruct("s");
            var union = btf.forwardUnion("u");
            var source = source();

            assertThat(source.type(struct.id())).hasToString("struct s");
            assertThat(((CompoundType) source.type(struct.id())).isComplete()).isFalse();
            assertThat(source.type(union.id())).hasToString("union u");
        }
    }

    @Nested
    class FindingTypes {
        @Test
        void tellsTheKindsApart() {
            var struct = btf.struct("file", 4);
            var typedef = btf.typedef("file", struct);
            var union = btf.union("file", 4);
            var enumeration = btf.enumeration("file", 4, btf.enumerator("A", 0));
            btf.function("file", btf.prototype(btf.voidType()));
            var source = source();

            assertThat(source.findTypes(TypeKind.STRUCT, "file")).containsExactly(ref(source, struct));
            assertThat(source.findTypes(TypeKind.TYPEDEF, "file")).containsExactly(ref(source, typedef));
            assertThat(source.findTypes(TypeKind.UNION, "file")).containsExactly(ref(source, union));
            assertThat(source.findTypes(TypeKind.ENUM, "file")).containsExactly(ref(source, enumeration));
            assertThat(source.findTypes(TypeKind.BASE, "file")).isEmpty();
        }

        @Test
        void prefersCompleteOnes() {
            btf.forwardStruct("s");
            var complete = btf.struct("s", 4);
            var declared = btf.forwardStruct("t");
            btf.enumeration("e", 4);
            var enumeration = btf.enumeration("e", 4, btf.enumerator("A", 0));
            var source = source();

            assertThat(source.findTypes(TypeKind.STRUCT, "s")).containsExactly(ref(source, complete));
            assertThat(source.findTypes(TypeKind.STRUCT, "t")).containsExactly(ref(source, declared));
            assertThat(source.findTypes(TypeKind.UNION, "t")).isEmpty();
            assertThat(source.findTypes(TypeKind.ENUM, "e")).containsExactly(ref(source, enumeration));
        }

        @Test
        void knowsBaseTypesByAnySpelling() {
            var gcc = btf.integer("long unsigned int", 8, 0);
            var clang = btf.integer("unsigned long long", 8, 0);
            var source = source();

            for (var spelling : List.of("unsigned long", "long unsigned int", "unsigned long int")) {
                assertThat(source.findTypes(TypeKind.BASE, spelling)).containsExactly(ref(source, gcc));
            }
            assertThat(source.findTypes(TypeKind.BASE, "long long unsigned int"))
                    .containsExactly(ref(source, clang));
        }

        @Test
        void listsNamesByTheirStart() {
            btf.struct("task_struct", 4);
            btf.struct("task_group", 4);
            btf.struct("", 4);
            btf.forwardStruct("taskstats");
            btf.forwardStruct("task_group");
            btf.typedef("task_t", number);
            btf.integer("long int", 8, 1);
            var source = source();

            assertThat(source.typeNames(TypeKind.STRUCT, "task_"))
                    .containsExactlyInAnyOrder("task_struct", "task_group");
            assertThat(source.typeNames(TypeKind.STRUCT, "")).hasSize(3);
            assertThat(source.typeNames(TypeKind.BASE, "")).containsExactlyInAnyOrder("unsigned int", "long");
        }
    }

    @Nested
    class FindingVariables {
        @Test
        void givesFunctionsTheAddressOfTheirSymbol() {
            var prototype = btf.prototype(number);
            btf.function("schedule", prototype);
            var source = source();

            assertThat(source.findFunctions("schedule"))
                    .containsExactly(new Variable("schedule", ref(source, prototype), new Location.BySymbol(), "btf"));
            assertThat(source.findFunctions("schedul")).isEmpty();
        }

        @Test
        void listsNamesByKindAndStart() {
            btf.function("task_exit", btf.prototype(number));
            btf.variable("task_count", number);
            btf.enumeration("task_kind", 4, btf.enumerator("TASK_OLD", 0), btf.enumerator("task_new", 7));
            var source = source();

            assertThat(source.variableNames(VariableKind.FUNCTION, "task_")).containsExactly("task_exit");
            assertThat(source.variableNames(VariableKind.VARIABLE, "task_")).containsExactly("task_count");
            assertThat(source.variableNames(VariableKind.CONSTANT, "task_")).containsExactly("task_new");
            assertThat(source.variableNames(VariableKind.CONSTANT, "")).hasSize(2);
            assertThat(source.variableNames(VariableKind.FUNCTION, "task_exits"))
                    .isEmpty();
        }

        @Test
        void countsPerCpuOnesFromTheTemplate() {
            var runqueues = btf.variable("runqueues", number);
            var jiffies = btf.variable("jiffies", number);
            btf.section(".data", 4, btf.entry(jiffies, 8, 4));
            btf.section(".data..percpu", 128, btf.entry(runqueues, 64, 4));
            var source = source();

            assertThat(source.findVariables("runqueues"))
                    .extracting(Variable::location)
                    .containsExactly(new Location.PerCpu(PER_CPU_START + 64));
            assertThat(source.findVariables("jiffies"))
                    .extracting(Variable::location)
                    .containsExactly(new Location.BySymbol());
            assertThat(source.findVariables(".data..percpu")).isEmpty();
        }
    }

    @Nested
    class AModule {
        @Test
        void sharesTheKernelsTypesAndFindsOnlyItsOwn() {
            var kernelStruct = btf.struct("inode", 4);
            var module = btf.split();
            var own = module.struct("ext4_inode", 4, module.member("vfs_inode", kernelStruct, 0));
            module.function("ext4_fill", module.prototype(kernelStruct));
            var kernel = source();
            var source = kernel.ofModule("m.ko", () -> slice(module), () -> 0);

            var member = ((CompoundType) source.type(own.id())).members().getFirst();

            assertThat(member.type()).isEqualTo(ref(kernel, kernelStruct));
            assertThat(member.type().resolve()).isSameAs(kernel.type(kernelStruct.id()));
            assertThat(source.type(kernelStruct.id())).isSameAs(kernel.type(kernelStruct.id()));
            assertThat(source.type(0)).isSameAs(kernel.type(0));
            assertThat(source.findTypes(TypeKind.STRUCT, "ext4_inode")).containsExactly(ref(source, own));
            assertThat(source.findTypes(TypeKind.STRUCT, "inode")).isEmpty();
            assertThat(source.findFunctions("ext4_fill")).hasSize(1);
            assertThat(kernel.findFunctions("ext4_fill")).isEmpty();
        }

        @Test
        void qualifiersThatGoOverTheBorderAreOneType() {
            var constant = btf.constOf(number);
            var module = btf.split();
            var both = module.volatileOf(constant);
            var kernel = source();
            var source = kernel.ofModule("m.ko", () -> slice(module), () -> 0);

            assertThat(source.type(both.id()))
                    .isEqualTo(new QualifiedType(
                            ref(source, both), Set.of(Qualifier.CONST, Qualifier.VOLATILE), ref(kernel, number)));
        }
    }

    @Test
    void whateverByteIsChangedNothingButMalformedDataIsThrown() {
        var list = btf.label();
        var pointer = btf.pointer(list);
        btf.at(list).struct("list_head", 16, btf.member("next", pointer, 0), btf.member("", btf.number(6), 64));
        btf.union("", 4, btf.member("a", btf.constOf(number), 0));
        btf.function("f", btf.prototype(number, btf.parameter("a", btf.typeTag("user", pointer))));
        btf.section(".data..percpu", 4, btf.entry(btf.variable("v", number), 0, 4));
        var bytes = btf.build();
        var rejected = new ArrayList<MalformedDataException>();

        for (var offset = 0; offset < bytes.length; offset++) {
            for (var change : new int[] {0x01, 0x04, 0xff}) {
                var changed = bytes.clone();
                changed[offset] ^= (byte) change;
                var slice = ByteSlice.of("[.BTF]", changed, ByteOrder.LITTLE_ENDIAN);
                var source = BtfTypes.ofKernel(() -> slice, 8, () -> 0, warning -> {});
                readAll(source, rejected);
            }
        }

        assertThat(rejected).isNotEmpty();
    }

    private static void readAll(BtfTypes source, List<MalformedDataException> rejected) {
        try {
            source.findVariables("v");
            source.findFunctions("f");
            source.findTypes(TypeKind.STRUCT, "list_head")
                    .forEach(ref -> ((CompoundType) ref.resolve()).findMember("a"));
        } catch (MalformedDataException expected) {
            rejected.add(expected);
        }
    }
}
