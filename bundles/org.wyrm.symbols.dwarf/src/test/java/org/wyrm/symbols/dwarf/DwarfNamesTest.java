package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.CompoundType.Keyword;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.testkit.dwarf.DwarfBuilder;

/** Under which name and at which place functions and variables of unusual shapes are found. */
class DwarfNamesTest {
    private final DwarfBuilder dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);

    @Test
    void whatIsDefinedOutsideItsNameSpaceHasItsQualifiedName() {
        var root = dwarf.unit(4).root();
        var outer = root.child(DW_TAG_namespace).text(DW_AT_name, DW_FORM_string, "n");
        var function = outer.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "f")
                .flag(DW_AT_declaration);
        var variable = outer.child(DW_TAG_namespace)
                .text(DW_AT_name, DW_FORM_string, "m")
                .child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_strp, "v")
                .flag(DW_AT_declaration);
        root.child(DW_TAG_subprogram)
                .reference(DW_AT_specification, DW_FORM_ref4, function)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1000);
        root.child(DW_TAG_variable)
                .reference(DW_AT_specification, DW_FORM_ref4, variable)
                .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x20, 0, 0, 0, 0, 0, 0);
        var types = TestFiles.types(dwarf);

        assertThat(types.findVariables("n::f"))
                .singleElement()
                .satisfies(found -> assertThat(found.location()).isEqualTo(new Location.Fixed(0x1000)));
        assertThat(types.findVariables("n::m::v"))
                .singleElement()
                .satisfies(found -> assertThat(found.location()).isEqualTo(new Location.Fixed(0x2000)));
        assertThat(types.findVariables("f")).isEmpty();
        assertThat(types.findVariables("v")).isEmpty();
    }

    private static byte[] pairs(long... addresses) {
        var bytes = ByteBuffer.allocate(addresses.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var address : addresses) {
            bytes.putLong(address);
        }
        return bytes.array();
    }

    @Test
    void aFunctionInPiecesIsAtItsEntry() {
        var root = dwarf.unit(4).root();
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "first")
                .number(DW_AT_ranges, DW_FORM_sec_offset, 0);
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "addressed")
                .number(DW_AT_ranges, DW_FORM_sec_offset, 0)
                .number(DW_AT_entry_pc, DW_FORM_addr, 0x1010);
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "counted")
                .number(DW_AT_ranges, DW_FORM_sec_offset, 0)
                .number(DW_AT_entry_pc, DW_FORM_data1, 8);
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "dead")
                .number(DW_AT_ranges, DW_FORM_sec_offset, 48);
        var types = TestFiles.types(
                TestFiles.sections(dwarf).with(".debug_ranges", pairs(0x1000, 0x1020, 0x500, 0x510, 0, 0, 0, 0)));

        assertThat(types.findVariables("first").getFirst().location()).isEqualTo(new Location.Fixed(0x1000));
        assertThat(types.findVariables("addressed").getFirst().location()).isEqualTo(new Location.Fixed(0x1010));
        assertThat(types.findVariables("counted").getFirst().location()).isEqualTo(new Location.Fixed(0x1008));
        assertThat(types.findVariables("dead").getFirst().location()).isEqualTo(new Location.BySymbol());
    }

    @Test
    void aNameIsTheSameByItsPlaceAndByItsNumber() {
        dwarf.unit(5).root().child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_strp, "same");
        dwarf.unit(5)
                .root()
                .number(DW_AT_str_offsets_base, DW_FORM_sec_offset, 0)
                .child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_strx1, "same");
        var types = TestFiles.types(dwarf);

        assertThat(types.findTypes(TypeKind.TYPEDEF, "same")).hasSize(1);
        assertThat(types.file().entryCount()).isEqualTo(1);
    }

    @Test
    void aVariableInASegmentIsRefusedAndTheRestIsThere() {
        var root = dwarf.unit(3).root();
        root.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "segmented")
                .number(DW_AT_segment, DW_FORM_data1, 4)
                .block(DW_AT_location, DW_FORM_block1, 3, 0, 0x10, 0, 0, 0, 0, 0, 0);
        // DW_OP_GNU_encoded_addr: it says itself how the address is written.
        root.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "encoded")
                .block(DW_AT_location, DW_FORM_block1, 0xf1, 0x1b, 0, 0, 0, 0);
        root.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "plain")
                .block(DW_AT_location, DW_FORM_block1, 3, 0, 0x30, 0, 0, 0, 0, 0, 0);
        var types = TestFiles.types(dwarf);

        assertThatThrownBy(() -> types.findVariables("segmented"))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageContaining("addresses in segments are not supported: .debug_info+0x");
        assertThat(types.findVariables("encoded").getFirst().location()).isEqualTo(new Location.BySymbol());
        assertThat(types.findVariables("plain").getFirst().location()).isEqualTo(new Location.Fixed(0x3000));
        assertThat(types.file().problems()).isEmpty();
    }

    @Test
    void theVariantsOfAValueAreAUnion() {
        var root = dwarf.unit(5).root();
        var number = root.child(DW_TAG_base_type)
                .text(DW_AT_name, DW_FORM_string, "u32")
                .number(DW_AT_byte_size, DW_FORM_data1, 4)
                .number(DW_AT_encoding, DW_FORM_data1, 7);
        var option = root.child(DW_TAG_structure_type)
                .text(DW_AT_name, DW_FORM_string, "Option")
                .number(DW_AT_byte_size, DW_FORM_data1, 8);
        var part = option.child(DW_TAG_variant_part);
        var discriminant = part.child(DW_TAG_member)
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .number(DW_AT_data_member_location, DW_FORM_data1, 0);
        part.reference(DW_AT_discr, DW_FORM_ref4, discriminant);
        var some = option.child(DW_TAG_structure_type)
                .text(DW_AT_name, DW_FORM_string, "Some")
                .number(DW_AT_byte_size, DW_FORM_data1, 8);
        part.child(DW_TAG_variant)
                .number(DW_AT_discr_value, DW_FORM_data1, 1)
                .child(DW_TAG_member)
                .text(DW_AT_name, DW_FORM_string, "Some")
                .reference(DW_AT_type, DW_FORM_ref4, some)
                .number(DW_AT_data_member_location, DW_FORM_data1, 0);
        var types = TestFiles.types(dwarf);

        var type = (CompoundType)
                types.findTypes(TypeKind.STRUCT, "Option").getFirst().resolve();
        assertThat(type.members()).hasSize(1);
        var variants = (CompoundType) type.members().getFirst().type().resolve();
        assertThat(variants.keyword()).isEqualTo(Keyword.UNION);
        assertThat(variants.byteSize()).isEqualTo(8);
        assertThat(variants.members())
                .extracting(Member::name)
                .containsExactly(Optional.of("discriminant"), Optional.of("Some"));
    }
}
