package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwEncoding.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.QualifiedType;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

/** What entries are made into. */
class DwarfTypeMakerTest extends BuiltTypes {
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
            assertThat(types.findTypes(TypeKind.BASE, "complex float")
                            .getFirst()
                            .resolve())
                    .isInstanceOfSatisfying(
                            TargetType.FloatType.class,
                            type -> assertThat(type.name()).isEqualTo("complex float"));
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
}
