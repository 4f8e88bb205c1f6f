package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.testkit.btf.BtfBuilder;

/** Types that several files tell of, each file with BTF of its own. */
class SameTypesTest {
    private static final String NAME = "each";
    private static final int SIGNED = 1;

    private record File(String what, Consumer<BtfBuilder> content) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** Each is another type, though all have one name and one size. */
    private static List<File> files() {
        return List.of(
                new File("one", types -> whole(types, 8, "other")),
                new File("a member elsewhere", types -> whole(types, 12, "other")),
                new File("a pointer to another type", types -> whole(types, 8, "another")),
                new File(
                        "a signed member",
                        types -> types.struct(NAME, 16, types.member("a", types.integer("int", 4, SIGNED), 0))),
                new File(
                        "an unsigned member",
                        types -> types.struct(NAME, 16, types.member("a", types.integer("int", 4, 0), 0))),
                new File(
                        "a bit field",
                        types -> types.structWithBitFields(
                                NAME, 16, types.bitField("a", types.integer("int", 4, 0), 0, 7))),
                new File("an anonymous union", types -> types.struct(NAME, 16, types.member("", inner(types, "b"), 0))),
                new File(
                        "another anonymous union",
                        types -> types.struct(NAME, 16, types.member("", inner(types, "c"), 0))),
                new File("fewer parameters", types -> called(types, 1)),
                new File("more parameters", types -> called(types, 2)),
                new File("an array of 3", types -> elements(types, 3)),
                new File("an array of 4", types -> elements(types, 4)),
                new File("a constant", types -> constant(types, true)),
                new File("none", types -> constant(types, false)),
                new File("a pointer that goes in a circle", SameTypesTest::circle));
    }

    private static void whole(BtfBuilder types, int byteOffset, String pointedTo) {
        var number = types.integer("long", 8, 0);
        var pointer = types.pointer(types.forwardStruct(pointedTo));
        types.struct(NAME, 16, types.member("p", pointer, 0), types.member("n", number, byteOffset * Byte.SIZE));
    }

    private static BtfBuilder.Label inner(BtfBuilder types, String name) {
        return types.union("", 4, types.member(name, types.integer("int", 4, 0), 0));
    }

    private static void called(BtfBuilder types, int parameters) {
        var number = types.integer("int", 4, 0);
        var all = new ArrayList<BtfBuilder.Item>();
        for (var index = 0; index < parameters; index++) {
            all.add(types.parameter("p" + index, number));
        }
        var prototype = types.prototype(types.voidType(), all.toArray(BtfBuilder.Item[]::new));
        types.struct(NAME, 16, types.member("f", types.pointer(prototype), 0));
    }

    private static void elements(BtfBuilder types, int count) {
        var number = types.integer("int", 4, 0);
        types.struct(NAME, 16, types.member("e", types.array(number, number, count), 0));
    }

    private static void constant(BtfBuilder types, boolean isConstant) {
        var number = types.integer("int", 4, 0);
        var character = types.integer("char", 1, 0);
        types.struct(NAME, 16, types.member("t", types.pointer(isConstant ? types.constOf(character) : number), 0));
    }

    private static void circle(BtfBuilder types) {
        var pointer = types.label();
        types.at(pointer).pointer(pointer);
        types.struct(NAME, 16, types.member("p", pointer, 0));
    }

    private static List<TypeRef> in(Consumer<BtfBuilder> content) {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        content.accept(types);
        var bytes = types.build();
        return BtfTypes.ofKernel(
                        () -> ByteSlice.of("btf", bytes, ByteOrder.LITTLE_ENDIAN), Long.BYTES, () -> 0, _ -> {})
                .findTypes(TypeKind.STRUCT, NAME);
    }

    private static Stream<File> finite() {
        return files().stream().filter(file -> !file.what.endsWith("circle"));
    }

    @ParameterizedTest
    @MethodSource("finite")
    void areOneWhereTwoFilesSayTheSame(File file) {
        var first = in(file.content);

        assertThat(SameTypes.merged(
                        Stream.of(first, in(file.content)).flatMap(List::stream).toList()))
                .isEqualTo(first);
    }

    @Test
    void areSeveralWhereFilesSayOtherThings() {
        var found = files().stream().flatMap(file -> in(file.content).stream()).toList();

        assertThat(SameTypes.merged(found)).isEqualTo(found).hasSize(files().size());
    }

    /** What cannot be compared to its end is told to be several, not taken for one. */
    @Test
    void areSeveralWhereTheyHaveNoEnd() {
        var found = Stream.of(in(SameTypesTest::circle), in(SameTypesTest::circle))
                .flatMap(List::stream)
                .toList();

        assertThat(SameTypes.merged(found)).hasSize(2);
    }

    @Test
    void ofOneFileAreSeveral() {
        var found = in(types -> {
            whole(types, 8, "other");
            whole(types, 8, "other");
        });

        assertThat(SameTypes.merged(found)).isEqualTo(found).hasSize(2);
    }
}
