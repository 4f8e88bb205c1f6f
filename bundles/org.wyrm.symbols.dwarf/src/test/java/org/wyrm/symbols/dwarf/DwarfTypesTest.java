package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwEncoding.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TargetType.Scalar;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

class DwarfTypesTest {
    private final DwarfBuilder dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final DwarfEntryBuilder root = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 0x0c);

    private static DwarfEntryBuilder named(DwarfEntryBuilder parent, int tag, String name) {
        return parent.child(tag).text(DW_AT_name, DW_FORM_strp, name);
    }

    private static DwarfEntryBuilder base(DwarfEntryBuilder parent, String name, int encoding, int byteSize) {
        return named(parent, DW_TAG_base_type, name)
                .number(DW_AT_encoding, DW_FORM_data1, encoding)
                .number(DW_AT_byte_size, DW_FORM_data1, byteSize);
    }

    private static DwarfEntryBuilder of(DwarfEntryBuilder entry, DwarfEntryBuilder type) {
        return entry.reference(DW_AT_type, DW_FORM_ref4, type);
    }

    private TargetType typedef(DwarfEntryBuilder type) {
        of(named(root, DW_TAG_typedef, "t"), type);
        return find(TypeKind.TYPEDEF, "t").unaliased();
    }

    private TargetType find(TypeKind kind, String name) {
        var found = TestFiles.types(dwarf).findTypes(kind, name);
        assertThat(found).hasSize(1);
        return found.getFirst().resolve();
    }

    private CompoundType struct(String name) {
        return (CompoundType) find(TypeKind.STRUCT, name);
    }

    @Nested
    class Numbers {
        @Test
        void haveTheirUsualNamesSizesAndSigns() {
            base(root, "long unsigned int", DW_ATE_unsigned, 8);
            base(root, "char", DW_ATE_signed_char, 1);
            base(root, "_Bool", DW_ATE_boolean, 1);
            base(root, "long double", DW_ATE_float, 16);
            base(root, "__int128", DW_ATE_signed, 16);
            base(root, "char16_t", DW_ATE_UTF, 2);
            base(root, "_Decimal64", DW_ATE_decimal_float, 8);
            base(root, "complex float", DW_ATE_complex_float, 8);
            var types = TestFiles.types(dwarf);

            assertThat(types.findTypes(TypeKind.BASE, "unsigned long")
                            .getFirst()
                            .resolve())
                    .isInstanceOfSatisfying(TargetType.IntType.class, type -> {
                        assertThat(type.name()).isEqualTo("unsigned long");
                        assertThat(type.byteSize()).isEqualTo(8);
                        assertThat(type.signed()).isFalse();
                    });
            assertThat(types.findTypes(TypeKind.BASE, "__int128").getFirst().resolve())
                    .isInstanceOfSatisfying(
                            TargetType.IntType.class,
                            type -> assertThat(type.byteSize()).isEqualTo(16));
            assertThat(types.findTypes(TypeKind.BASE, "_Bool").getFirst().resolve())
                    .isInstanceOf(TargetType.BoolType.class);
            assertThat(types.findTypes(TypeKind.BASE, "long double").getFirst().resolve())
                    .isInstanceOfSatisfying(
                            TargetType.FloatType.class,
                            type -> assertThat(type.byteSize()).isEqualTo(16));
            assertThat(types.findTypes(TypeKind.BASE, "_Decimal64").getFirst().resolve())
                    .isInstanceOf(TargetType.FloatType.class);
            assertThatThrownBy(() -> types.findTypes(TypeKind.BASE, "complex float")
                            .getFirst()
                            .resolve())
                    .isInstanceOf(UnsupportedTargetException.class);
            assertThat(types.typeNames(TypeKind.BASE, "unsigned")).containsExactly("unsigned long");
        }

        @ParameterizedTest
        @CsvSource({"1", "2", "4", "8"})
        void enumerationsHaveAnySize(int byteSize) {
            var number = base(root, "n", DW_ATE_signed, byteSize);
            var entry = of(named(root, DW_TAG_enumeration_type, "e"), number);
            entry.child(DW_TAG_enumerator)
                    .text(DW_AT_name, DW_FORM_string, "A")
                    .number(DW_AT_const_value, DW_FORM_data1, 1);

            var type = (EnumType) find(TypeKind.ENUM, "e");

            assertThat(type.byteSize()).isEqualTo(byteSize);
            assertThat(type.signed()).isTrue();
        }

        @Test
        void enumerationsWithoutATypeHaveASignIfAnEnumeratorHas() {
            var negative = named(root, DW_TAG_enumeration_type, "negative").number(DW_AT_byte_size, DW_FORM_data1, 8);
            named(negative, DW_TAG_enumerator, "A").number(DW_AT_const_value, DW_FORM_sdata, -1);
            var large = named(root, DW_TAG_enumeration_type, "large").number(DW_AT_byte_size, DW_FORM_data1, 8);
            named(large, DW_TAG_enumerator, "B").number(DW_AT_const_value, DW_FORM_data8, -1);

            assertThat(((EnumType) find(TypeKind.ENUM, "negative")).signed()).isTrue();
            assertThat(((EnumType) find(TypeKind.ENUM, "large")).signed()).isFalse();
        }

        @Test
        void enumeratorsOf128BitsAreReadWhereTheyFit() {
            var fits = named(root, DW_TAG_enumeration_type, "fits").number(DW_AT_byte_size, DW_FORM_data1, 16);
            named(fits, DW_TAG_enumerator, "A")
                    .raw(DW_AT_const_value, DW_FORM_data16, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            named(fits, DW_TAG_enumerator, "B").block(DW_AT_const_value, DW_FORM_block1, 0xfe, 0xff, 0xff);
            var large = named(root, DW_TAG_enumeration_type, "large").number(DW_AT_byte_size, DW_FORM_data1, 16);
            named(large, DW_TAG_enumerator, "C")
                    .raw(DW_AT_const_value, DW_FORM_data16, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
            var types = TestFiles.types(dwarf);

            assertThat(((EnumType) find(TypeKind.ENUM, "fits")).enumerators())
                    .extracting(TargetType.Enumerator::value)
                    .containsExactly(5L, -2L);
            assertThatThrownBy(() ->
                            types.findTypes(TypeKind.ENUM, "large").getFirst().resolve())
                    .isInstanceOf(UnsupportedTargetException.class);
            assertThat(types.findVariables("B"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Constant(-2));
        }
    }

    @Nested
    class Members {
        @ParameterizedTest
        @CsvSource({"2, LITTLE", "3, LITTLE", "2, BIG", "3, BIG"})
        void bitFieldsUntilDwarf3CountFromTheHighestBitOfTheirStorage(int version, String order) {
            var built = new DwarfBuilder(order.equals("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            var unit = built.unit(version).root();
            var number = base(unit, "int", DW_ATE_signed, 4);
            var alias = of(named(unit, DW_TAG_typedef, "alias"), number);
            var struct = named(unit, DW_TAG_structure_type, "s").number(DW_AT_byte_size, DW_FORM_data1, 8);
            of(named(struct, DW_TAG_member, "a"), alias)
                    .block(DW_AT_data_member_location, DW_FORM_block1, 0x23, 4)
                    .number(DW_AT_bit_size, DW_FORM_data1, 3)
                    .number(DW_AT_bit_offset, DW_FORM_data1, 5)
                    .number(DW_AT_byte_size, DW_FORM_data1, 4);
            of(named(struct, DW_TAG_member, "b"), alias)
                    .block(DW_AT_data_member_location, DW_FORM_block1, 0x23, 0)
                    .number(DW_AT_bit_size, DW_FORM_data1, 7)
                    .number(DW_AT_bit_offset, DW_FORM_data1, 25);
            of(named(struct, DW_TAG_member, "straddles"), alias)
                    .block(DW_AT_data_member_location, DW_FORM_block1, 0x23, 4)
                    .number(DW_AT_bit_size, DW_FORM_data1, 7)
                    .number(DW_AT_bit_offset, DW_FORM_sdata, -2);

            var type = (CompoundType) TestFiles.types(built)
                    .findTypes(TypeKind.STRUCT, "s")
                    .getFirst()
                    .resolve();

            var isBig = order.equals("BIG");
            assertThat(type.members())
                    .extracting(TargetType.Member::bitOffset)
                    .containsExactly(32L + (isBig ? 5 : 32 - 5 - 3), isBig ? 25L : 0L, isBig ? 30L : 32L + 27);
            assertThat(type.members())
                    .allSatisfy(member -> assertThat(member.bitFieldBits()).isPresent());
        }

        @Test
        void bitFieldsOfDwarf4CountFromTheStart() {
            var number = base(root, "int", DW_ATE_signed, 4);
            var struct = named(root, DW_TAG_structure_type, "s").number(DW_AT_byte_size, DW_FORM_data1, 8);
            of(named(struct, DW_TAG_member, "a"), number)
                    .number(DW_AT_bit_size, DW_FORM_data1, 3)
                    .number(DW_AT_data_bit_offset, DW_FORM_data1, 37);

            assertThat(struct("s").members().getFirst().bitOffset()).isEqualTo(37);
        }

        @Test
        void thatLieBeforeTheirStructureOrTooFarAreRejected() {
            var number = base(root, "int", DW_ATE_signed, 4);
            for (var name : List.of("a", "b", "c", "d", "e")) {
                named(root, DW_TAG_structure_type, name).number(DW_AT_byte_size, DW_FORM_data1, 8);
            }
            var first = named(root, DW_TAG_structure_type, "before");
            of(named(first, DW_TAG_member, "x"), number)
                    .number(DW_AT_bit_size, DW_FORM_data1, 3)
                    .number(DW_AT_data_bit_offset, DW_FORM_sdata, -1);
            var second = named(root, DW_TAG_structure_type, "negative");
            of(named(second, DW_TAG_member, "x"), number).number(DW_AT_data_member_location, DW_FORM_sdata, -1);
            var third = named(root, DW_TAG_structure_type, "old");
            of(named(third, DW_TAG_member, "x"), number)
                    .number(DW_AT_bit_size, DW_FORM_data1, 3)
                    .number(DW_AT_bit_offset, DW_FORM_data1, 200);
            var fourth = named(root, DW_TAG_structure_type, "far");
            of(named(fourth, DW_TAG_member, "x"), number)
                    .block(
                            DW_AT_data_member_location,
                            DW_FORM_exprloc,
                            0x23,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0xff,
                            0x01);
            named(root, DW_TAG_structure_type, "huge").number(DW_AT_byte_size, DW_FORM_data8, -1);
            var types = TestFiles.types(dwarf);

            for (var name : List.of("before", "negative", "old", "far", "huge")) {
                assertThatThrownBy(() -> types.findTypes(TypeKind.STRUCT, name)
                                .getFirst()
                                .resolve())
                        .as(name)
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageStartingWith(".debug_info+0x");
            }
        }

        @Test
        void withoutANameAreSeenThrough() {
            var number = base(root, "int", DW_ATE_signed, 4);
            var inner = root.child(DW_TAG_union_type).number(DW_AT_byte_size, DW_FORM_data1, 4);
            of(named(inner, DW_TAG_member, "x"), number);
            var struct = named(root, DW_TAG_structure_type, "s").number(DW_AT_byte_size, DW_FORM_data1, 8);
            of(struct.child(DW_TAG_member), inner).number(DW_AT_data_member_location, DW_FORM_data1, 4);

            assertThat(struct("s").findMember("x").orElseThrow().byteOffset()).isEqualTo(4);
        }

        @Test
        void thatAreStaticAreNone() {
            var number = base(root, "int", DW_ATE_signed, 4);
            var struct = named(root, DW_TAG_class_type, "c").number(DW_AT_byte_size, DW_FORM_data1, 4);
            of(named(struct, DW_TAG_member, "count"), number)
                    .flag(DW_AT_external)
                    .flag(DW_AT_declaration);
            of(named(struct, DW_TAG_member, "x"), number).number(DW_AT_data_member_location, DW_FORM_data1, 0);
            of(struct.child(DW_TAG_inheritance), number).number(DW_AT_data_member_location, DW_FORM_data1, 0);

            assertThat(struct("c").members()).hasSize(2);
        }
    }

    @Nested
    class Arrays {
        private ArrayType array(DwarfEntryBuilder range) {
            return (ArrayType) typedef(range);
        }

        private DwarfEntryBuilder arrayOf(DwarfEntryBuilder element) {
            return of(root.child(DW_TAG_array_type), element);
        }

        @Test
        void ofSeveralDimensionsAreArraysOfArrays() {
            var entry = arrayOf(base(root, "int", DW_ATE_signed, 4));
            entry.child(DW_TAG_subrange_type).number(DW_AT_upper_bound, DW_FORM_data1, 2);
            entry.child(DW_TAG_subrange_type).number(DW_AT_count, DW_FORM_data1, 5);
            entry.child(DW_TAG_subrange_type)
                    .number(DW_AT_lower_bound, DW_FORM_data1, 1)
                    .number(DW_AT_upper_bound, DW_FORM_data1, 7);

            var first = array(entry);
            var second = (ArrayType) first.element().resolve();
            var third = (ArrayType) second.element().resolve();

            assertThat(first.elementCount()).hasValue(3);
            assertThat(second.elementCount()).hasValue(5);
            assertThat(third.elementCount()).hasValue(7);
            assertThat(third.element().resolve()).isInstanceOf(TargetType.IntType.class);
            assertThat(first.element().resolve()).isSameAs(second);
        }

        @Test
        void withoutACountOrWithOneThatIsNoneAreFlexible() {
            var number = base(root, "int", DW_ATE_signed, 4);
            arrayOf(number).child(DW_TAG_subrange_type);
            var variable = named(root, DW_TAG_variable, "n");
            var names = 0;
            for (var entry : List.of(
                    arrayOf(number),
                    arrayOf(number).number(DW_AT_GNU_vector, DW_FORM_flag, 0),
                    withRange(number, DW_AT_count, DW_FORM_sdata, -1),
                    withRange(number, DW_AT_count, DW_FORM_data8, Long.MIN_VALUE),
                    withRange(number, DW_AT_upper_bound, DW_FORM_data4, 0xffff_ffffL),
                    withRange(number, DW_AT_upper_bound, DW_FORM_sdata, -2))) {
                of(named(root, DW_TAG_typedef, "t" + names++), entry);
            }
            var byVariable = arrayOf(number);
            byVariable.child(DW_TAG_subrange_type).reference(DW_AT_upper_bound, DW_FORM_ref4, variable);
            of(named(root, DW_TAG_typedef, "t" + names++), byVariable);
            var byExpression = arrayOf(number);
            byExpression.child(DW_TAG_subrange_type).block(DW_AT_count, DW_FORM_exprloc, 0x30);
            of(named(root, DW_TAG_typedef, "t" + names++), byExpression);

            for (var index = 0; index < names; index++) {
                assertThat(((ArrayType) find(TypeKind.TYPEDEF, "t" + index).unaliased()).elementCount())
                        .as("t" + index)
                        .isEqualTo(OptionalLong.empty());
            }
        }

        private DwarfEntryBuilder withRange(DwarfEntryBuilder element, int attribute, int form, long value) {
            var entry = arrayOf(element);
            entry.child(DW_TAG_subrange_type).number(attribute, form, value);
            return entry;
        }

        @Test
        void ofNoneAreEmpty() {
            var number = base(root, "int", DW_ATE_signed, 4);

            assertThat(array(withRange(number, DW_AT_upper_bound, DW_FORM_sdata, -1))
                            .elementCount())
                    .hasValue(0);
        }

        @Test
        void ofMoreDimensionsThanCanBeToldApartAreRejected() {
            var entry = arrayOf(base(root, "int", DW_ATE_signed, 4));
            for (var count = 0; count < 300; count++) {
                entry.child(DW_TAG_subrange_type).number(DW_AT_count, DW_FORM_data1, 1);
            }

            assertThatThrownBy(() -> array(entry))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("it has 300 dimensions");
        }
    }

    @Nested
    class Circles {
        @ParameterizedTest
        @ValueSource(
                ints = {
                    DW_TAG_typedef,
                    DW_TAG_const_type,
                    DW_TAG_volatile_type,
                    DW_TAG_restrict_type,
                    DW_TAG_atomic_type,
                    DW_TAG_pointer_type,
                    DW_TAG_array_type,
                    DW_TAG_subrange_type,
                    DW_TAG_packed_type,
                    DW_TAG_enumeration_type,
                    DW_TAG_subroutine_type,
                    DW_TAG_structure_type
                })
        void ofOneTypeAreRejectedOrStayFinite(int tag) {
            var entry = named(root, tag, "itself");
            of(entry, entry);
            of(entry.child(DW_TAG_member), entry)
                    .number(DW_AT_bit_size, DW_FORM_data1, 1)
                    .number(DW_AT_bit_offset, DW_FORM_data1, 1);
            of(entry.child(DW_TAG_formal_parameter), entry);
            of(named(root, DW_TAG_typedef, "t"), entry);
            var types = TestFiles.types(dwarf);

            try {
                var type = types.findTypes(TypeKind.TYPEDEF, "t")
                        .getFirst()
                        .resolve()
                        .unaliased();

                assertThat(type.toString()).isNotEmpty();
            } catch (MalformedDataException e) {
                assertThat(e).hasMessageContaining("0x");
            }
        }

        @Test
        void ofSignaturesAreRejected() {
            var unit = dwarf.unit(5).typeUnit(7);
            var type = named(unit.root(), DW_TAG_structure_type, "s");
            type.number(DW_AT_signature, DW_FORM_ref_sig8, 7).flag(DW_AT_declaration);
            unit.typeIs(type);
            root.child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_string, "t").number(DW_AT_type, DW_FORM_ref_sig8, 7);
            var types = TestFiles.types(dwarf);

            assertThatThrownBy(() -> types.findTypes(TypeKind.TYPEDEF, "t")
                            .getFirst()
                            .resolve()
                            .unaliased())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("circle");
        }

        @Test
        void ofOriginsAreRejected() {
            var variable = root.child(DW_TAG_variable);
            variable.reference(DW_AT_specification, DW_FORM_ref4, variable)
                    .text(DW_AT_name, DW_FORM_string, "v")
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 1, 0, 0, 0, 0, 0, 0);
            var function = root.child(DW_TAG_subprogram);
            function.reference(DW_AT_abstract_origin, DW_FORM_ref4, function);
            var types = TestFiles.types(dwarf);

            assertThatThrownBy(() -> types.findVariables("v"))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("circle");
            assertThat(types.file().problems()).isEmpty();
        }
    }

    @Nested
    class Declarations {
        private DwarfEntryBuilder complete(int byteSize) {
            var struct = named(dwarf.unit(4).root(), DW_TAG_structure_type, "s");
            return struct.number(DW_AT_byte_size, DW_FORM_data1, byteSize)
                    .number(DW_AT_decl_line, DW_FORM_data1, byteSize);
        }

        private CompoundType declared() {
            return (CompoundType)
                    typedef(named(root, DW_TAG_structure_type, "s").flag(DW_AT_declaration));
        }

        @Test
        void areCompletedByTheOnlyDefinition() {
            complete(8);

            assertThat(declared().isComplete()).isTrue();
            assertThat(declared().byteSize()).isEqualTo(8);
        }

        @Test
        void stayIncompleteWhereTwoDefinitionsDiffer() {
            complete(8);
            complete(16);

            assertThat(declared().isComplete()).isFalse();
            assertThat(TestFiles.types(dwarf).findTypes(TypeKind.STRUCT, "s")).hasSize(2);
        }

        @Test
        void aloneAreFound() {
            named(root, DW_TAG_union_type, "u").flag(DW_AT_declaration);

            assertThat(((CompoundType) find(TypeKind.UNION, "u")).isComplete()).isFalse();
        }

        @Test
        void ofAClassAreCompletedByAStructure() {
            complete(4);
            var type =
                    (CompoundType) typedef(named(root, DW_TAG_class_type, "s").flag(DW_AT_declaration));

            assertThat(type.isComplete()).isTrue();
        }

        @Test
        void inANameSpaceAreNotCompletedFromOutside() {
            complete(4);
            var unit = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 4);
            var space = named(unit, DW_TAG_namespace, "n");
            var inside = named(space, DW_TAG_class_type, "s").flag(DW_AT_declaration);
            of(named(unit, DW_TAG_typedef, "t"), inside);
            var other = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 4);
            var twin = named(named(other, DW_TAG_namespace, "m"), DW_TAG_class_type, "twin");
            twin.number(DW_AT_byte_size, DW_FORM_data1, 7);
            var declared = named(named(unit, DW_TAG_namespace, "m"), DW_TAG_class_type, "twin")
                    .flag(DW_AT_declaration);
            of(named(unit, DW_TAG_typedef, "u"), declared);

            assertThat(((CompoundType) find(TypeKind.TYPEDEF, "t").unaliased()).isComplete())
                    .isFalse();
            assertThat(((CompoundType) find(TypeKind.TYPEDEF, "u").unaliased()).isComplete())
                    .isTrue();
            assertThat(struct("m::twin").byteSize()).isEqualTo(7);
        }

        @Test
        void byASignatureAreTheTypeOfThatUnit() {
            var unit = dwarf.unit(4).typeUnit(9);
            unit.typeIs(named(unit.root(), DW_TAG_structure_type, "far").number(DW_AT_byte_size, DW_FORM_data1, 3));
            named(root, DW_TAG_structure_type, "far")
                    .flag(DW_AT_declaration)
                    .number(DW_AT_signature, DW_FORM_ref_sig8, 9);

            assertThat(struct("far").byteSize()).isEqualTo(3);
        }
    }

    @Nested
    class Variables {
        private Location only(String name) {
            var found = TestFiles.types(dwarf).findVariables(name);
            assertThat(found).hasSize(1);
            return found.getFirst().location();
        }

        @Test
        void haveAnAddressAValueOrNeither() {
            named(root, DW_TAG_variable, "fixed").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "later")
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0, 0x23, 8);
            named(root, DW_TAG_variable, "own")
                    .block(DW_AT_location, DW_FORM_exprloc, 0x0e, 4, 0, 0, 0, 0, 0, 0, 0, 0xe0);
            named(root, DW_TAG_variable, "own5").block(DW_AT_location, DW_FORM_exprloc, 0x0c, 4, 0, 0, 0, 0x9b);
            named(root, DW_TAG_variable, "constant").number(DW_AT_const_value, DW_FORM_sdata, -7);
            named(root, DW_TAG_variable, "register").block(DW_AT_location, DW_FORM_exprloc, 0x50);
            named(root, DW_TAG_variable, "elsewhere").flag(DW_AT_declaration).flag(DW_AT_external);
            named(root, DW_TAG_variable, "leftOut").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0, 0, 0, 0, 0, 0, 0);

            assertThat(only("fixed")).isEqualTo(new Location.Fixed(0x1000));
            assertThat(only("later")).isEqualTo(new Location.Fixed(0x1008));
            assertThat(only("own")).isEqualTo(new Location.Tls(4));
            assertThat(only("own5")).isEqualTo(new Location.Tls(4));
            assertThat(only("constant")).isEqualTo(new Location.Constant(-7));
            assertThat(only("register")).isEqualTo(new Location.BySymbol());
            assertThat(only("elsewhere")).isEqualTo(new Location.BySymbol());
            assertThat(only("leftOut")).isEqualTo(new Location.BySymbol());
        }

        @Test
        void whoseLocationBreaksOffAreRejected() {
            named(root, DW_TAG_variable, "v").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10);
            var types = TestFiles.types(dwarf);

            assertThatThrownBy(() -> types.findVariables("v"))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("its location breaks off");
        }

        @Test
        void moveWithTheKernelAndArePerCpuInTheTemplate() {
            named(root, DW_TAG_variable, "fixed").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "perCpu").block(DW_AT_location, DW_FORM_exprloc, 3, 0x80, 0, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "first")
                    .flag(DW_AT_external)
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0, 0, 0, 0, 0, 0, 0);
            var file = TestFiles.file(TestFiles.sections(dwarf));
            var atZero = new DwarfTypes(file, AddressMapping.slid(0x10_0000, Optional.of(new AddressRange(0, 0xfff))));
            var later =
                    new DwarfTypes(file, AddressMapping.slid(0x10_0000, Optional.of(new AddressRange(0x1000, 0x1fff))));

            assertThat(atZero.findVariables("fixed").getFirst().location()).isEqualTo(new Location.Fixed(0x10_1000));
            assertThat(atZero.findVariables("perCpu").getFirst().location()).isEqualTo(new Location.PerCpu(0x80));
            assertThat(atZero.findVariables("first").getFirst().location()).isEqualTo(new Location.PerCpu(0));
            assertThat(later.findVariables("fixed").getFirst().location()).isEqualTo(new Location.PerCpu(0x10_1000));
        }

        @Test
        void ofSplitDwarfHaveAnAddressByNumberOrTheirSymbols() {
            root.number(DW_AT_GNU_addr_base, DW_FORM_sec_offset, 0);
            named(root, DW_TAG_variable, "old").block(DW_AT_location, DW_FORM_exprloc, 0xfb, 1);
            named(root, DW_TAG_variable, "new").block(DW_AT_location, DW_FORM_exprloc, 0xa1, 1);
            named(root, DW_TAG_variable, "own").block(DW_AT_location, DW_FORM_exprloc, 0xfc, 1, 0xe0);
            named(root, DW_TAG_subprogram, "f").number(DW_AT_low_pc, DW_FORM_GNU_addr_index, 1);
            dwarf.addressIndex(0);
            dwarf.addressIndex(0x2000);
            var alone = TestFiles.types(TestFiles.sections(dwarf).with(".debug_addr", new byte[0]));

            assertThat(only("old")).isEqualTo(new Location.Fixed(0x2000));
            assertThat(only("new")).isEqualTo(new Location.Fixed(0x2000));
            assertThat(only("own")).isEqualTo(new Location.Tls(0x2000));
            assertThat(only("f")).isEqualTo(new Location.Fixed(0x2000));
            for (var name : List.of("old", "new", "own", "f")) {
                assertThat(alone.findVariables(name).getFirst().location()).isEqualTo(new Location.BySymbol());
            }
        }

        @Test
        void withOneNameAreAllKeptAndToldApartByFile() {
            for (var count = 1; count <= 3; count++) {
                named(dwarf.unit(4).root(), DW_TAG_variable, "same")
                        .block(DW_AT_location, DW_FORM_exprloc, 3, count, 0, 0, 0, 0, 0, 0, 0);
            }

            assertThat(TestFiles.types(dwarf).findVariables("same"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(1), new Location.Fixed(2), new Location.Fixed(3));
            assertThat(TestFiles.types(dwarf).findVariables("other.c::same")).isEmpty();
        }
    }

    @Nested
    class Names {
        private DwarfEntryBuilder placed(int tag, String name, int address) {
            return named(root, tag, name).block(DW_AT_location, DW_FORM_exprloc, 3, address, 0, 0, 0, 0, 0, 0, 0);
        }

        @Test
        void areListedAsOftenAsTheyAreDefined() {
            named(root, DW_TAG_variable, "one").flag(DW_AT_declaration);
            placed(DW_TAG_variable, "one", 1);
            placed(DW_TAG_variable, "two", 2);
            placed(DW_TAG_variable, "two", 3);
            named(root, DW_TAG_variable, "declared").flag(DW_AT_declaration);
            var inline = named(root, DW_TAG_subprogram, "inline").number(DW_AT_inline, DW_FORM_data1, 1);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref4, inline)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x10);
            named(root, DW_TAG_subprogram, "inlined").number(DW_AT_inline, DW_FORM_data1, 1);
            named(root, DW_TAG_structure_type, "known").flag(DW_AT_declaration);
            named(root, DW_TAG_structure_type, "known").number(DW_AT_byte_size, DW_FORM_data1, 4);
            named(root, DW_TAG_structure_type, "known").number(DW_AT_byte_size, DW_FORM_data1, 8);
            named(root, DW_TAG_structure_type, "unknown").flag(DW_AT_declaration);
            var types = TestFiles.types(dwarf);

            assertThat(types.variableNames(VariableKind.VARIABLE, ""))
                    .containsExactlyInAnyOrder("one", "two", "two", "declared");
            assertThat(types.variableNames(VariableKind.FUNCTION, "")).containsExactlyInAnyOrder("inline", "inlined");
            assertThat(types.typeNames(TypeKind.STRUCT, "")).containsExactlyInAnyOrder("known", "known", "unknown");
        }

        @Test
        void areListedByTheirStartAndKind() {
            var colours = named(root, DW_TAG_enumeration_type, "colours").number(DW_AT_byte_size, DW_FORM_data1, 4);
            named(colours, DW_TAG_enumerator, "RED").number(DW_AT_const_value, DW_FORM_data1, 1);
            named(colours, DW_TAG_enumerator, "REST").number(DW_AT_const_value, DW_FORM_data1, 2);
            placed(DW_TAG_variable, "RED_hat", 1);
            named(root, DW_TAG_union_type, "RED_shoe").number(DW_AT_byte_size, DW_FORM_data1, 4);
            var types = TestFiles.types(dwarf);

            assertThat(types.variableNames(VariableKind.CONSTANT, "RE")).containsExactlyInAnyOrder("RED", "REST");
            assertThat(types.variableNames(VariableKind.CONSTANT, "RED")).containsExactly("RED");
            assertThat(types.variableNames(VariableKind.CONSTANT, "RED_")).isEmpty();
            assertThat(types.variableNames(VariableKind.VARIABLE, "RED")).containsExactly("RED_hat");
            assertThat(types.variableNames(VariableKind.FUNCTION, "")).isEmpty();
            assertThat(types.typeNames(TypeKind.UNION, "RED_shoe")).containsExactly("RED_shoe");
            assertThat(types.typeNames(TypeKind.UNION, "RED_shoes")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fs/mount.h, fs/mount.h",
        "fs/notify/../mount.h, fs/mount.h",
        "kernel/events/../../mm/./internal.h, mm/internal.h",
        "./a.c, a.c",
        "../a.c, ../a.c",
        "x/../../../a.c, ../../a.c",
        "/../a.c, /a.c",
        "/usr/./include/../x.h, /usr/x.h"
    })
    void aFileIsOneByWhateverWayItIsReached(String path, String normalized) {
        assertThat(SourcePath.normalized(path)).isEqualTo(normalized);
    }

    @Nested
    class Functions {
        @Test
        void haveParametersAResultAndAnAddress() {
            var number = base(root, "int", DW_ATE_signed, 4);
            var function = of(named(root, DW_TAG_subprogram, "f"), number);
            function.number(DW_AT_low_pc, DW_FORM_addr, 0x4000);
            of(named(function, DW_TAG_formal_parameter, "x"), number);
            function.child(DW_TAG_unspecified_parameters);

            var found = TestFiles.types(dwarf).findVariables("f").getFirst();
            var type = (FunctionType) found.type().resolve();

            assertThat(found.location()).isEqualTo(new Location.Fixed(0x4000));
            assertThat(type.variadic()).isTrue();
            assertThat(type.parameters()).hasSize(1);
            assertThat(type.result().resolve()).isInstanceOf(Scalar.class);
        }

        @Test
        void areNamedByWhatTheyAreInstancesOf() {
            var far = named(dwarf.unit(4).root(), DW_TAG_subprogram, "far").number(DW_AT_inline, DW_FORM_data1, 1);
            var near = named(root, DW_TAG_subprogram, "near").number(DW_AT_inline, DW_FORM_data1, 1);
            var between = root.child(DW_TAG_subprogram).reference(DW_AT_specification, DW_FORM_ref4, near);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref4, between)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x10);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref_addr, far)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x20);

            assertThat(TestFiles.types(dwarf).findVariables("near"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(0x10));
            assertThat(TestFiles.types(dwarf).findVariables("far"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(0x20));
        }
    }

    @Test
    void qualifiersInARowAreOneType() {
        var number = base(root, "int", DW_ATE_signed, 4);
        var atomic = of(root.child(DW_TAG_atomic_type), number);
        var both = of(root.child(DW_TAG_const_type), of(root.child(DW_TAG_volatile_type), atomic));
        of(named(root, DW_TAG_typedef, "t"), both);

        var type = (QualifiedType)
                ((TargetType.TypedefType) find(TypeKind.TYPEDEF, "t")).aliased().resolve();

        assertThat(type.qualifiers()).isEqualTo(Set.of(Qualifier.CONST, Qualifier.VOLATILE, Qualifier.ATOMIC));
        assertThat(type.aliased().resolve()).isInstanceOf(TargetType.IntType.class);
    }

    @Test
    void whatDwzMovedIsFoundAndOneType() {
        var shared = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var sharedRoot = shared.unit(4).root();
        var moved = named(sharedRoot, DW_TAG_structure_type, "moved").number(DW_AT_byte_size, DW_FORM_data1, 12);
        var declared = named(sharedRoot, DW_TAG_structure_type, "moved").flag(DW_AT_declaration);
        var sharedSections = TestFiles.sections(shared);
        root.child(DW_TAG_typedef)
                .number(DW_AT_name, DW_FORM_GNU_strp_alt, shared.textOffset("moved"))
                .reference(DW_AT_type, DW_FORM_GNU_ref_alt, moved);
        root.child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_string, "d")
                .reference(DW_AT_type, DW_FORM_GNU_ref_alt, declared);
        named(root, DW_TAG_typedef, "after");
        var sections = TestFiles.sections(dwarf);
        var types = new DwarfTypes(
                TestFiles.file(sections, Optional.of(sharedSections), CacheFolder.none()), AddressMapping.NONE);

        var direct = types.findTypes(TypeKind.STRUCT, "moved").getFirst().resolve();
        var byName =
                types.findTypes(TypeKind.TYPEDEF, "moved").getFirst().resolve().unaliased();
        var byDeclaration =
                types.findTypes(TypeKind.TYPEDEF, "d").getFirst().resolve().unaliased();
        var again =
                types.findTypes(TypeKind.TYPEDEF, "moved").getFirst().resolve().unaliased();

        assertThat(byName).isSameAs(direct).isSameAs(byDeclaration).isSameAs(again);
        assertThat(types.typeNames(TypeKind.STRUCT, "mo")).contains("moved");
        // Without that file, what needs it is a problem, and the rest is there.
        var alone = TestFiles.types(sections);
        assertThat(alone.file().problems()).hasSize(1).first().asString().contains("supplementary");
        assertThat(alone.findTypes(TypeKind.TYPEDEF, "after")).hasSize(1);
    }
}
