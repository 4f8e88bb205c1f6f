package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dwarf.SectionBuilder;

class AbbreviationTableTest {
    private static SectionBuilder section() {
        return new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4);
    }

    private static AbbreviationTable parse(SectionBuilder section) {
        return parse(section.build(), 0);
    }

    private static AbbreviationTable parse(byte[] bytes, long offset) {
        return AbbreviationTable.parse(ByteSlice.of(".debug_abbrev", bytes, ByteOrder.LITTLE_ENDIAN), offset);
    }

    private static SectionBuilder sound() {
        return section()
                .uleb(1)
                .uleb(DW_TAG_base_type)
                .u8(0)
                .u8s(DW_AT_name, DW_FORM_strp, DW_AT_byte_size, DW_FORM_implicit_const)
                .sleb(-8)
                .u8s(0, 0)
                .uleb(0x1_0000_0000L)
                .uleb(0x4109)
                .u8(1)
                .uleb(DW_AT_MIPS_linkage_name)
                .uleb(DW_FORM_GNU_strp_alt)
                .u8s(0, 0)
                .u8(0);
    }

    @Test
    void codesLeadToTheirTagAttributesAndForms() {
        var table = parse(sound());

        assertThat(table.count()).isEqualTo(2);
        var first = table.index(1);
        assertThat(table.tag(first)).isEqualTo(DW_TAG_base_type);
        assertThat(table.hasChildren(first)).isFalse();
        assertThat(table.endAttribute(first) - table.firstAttribute(first)).isEqualTo(2);
        assertThat(table.implicitValue(1)).isEqualTo(-8);
        var second = table.index(0x1_0000_0000L);
        assertThat(table.tag(second)).isEqualTo(0x4109);
        assertThat(table.hasChildren(second)).isTrue();
        assertThat(table.attributeName(2)).isEqualTo(DW_AT_MIPS_linkage_name);
        assertThat(table.form(2)).isEqualTo(DW_FORM_GNU_strp_alt);
    }

    @Test
    void aCodeThatIsNotThereHasNoIndex() {
        var table = parse(sound());

        for (var code : new long[] {0, 2, 63, 64, 0xffff_ffffL, 0x1_0000_0001L, -1, Long.MIN_VALUE}) {
            assertThat(table.index(code)).isNegative();
        }
    }

    @Test
    void codesOfAnySizeAreFound() {
        var section = section();
        var codes = new long[] {7, 63, 64, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000L, Long.MAX_VALUE, -1};
        for (var code : codes) {
            section.uleb(code).uleb(DW_TAG_member).u8(0).u8s(0, 0);
        }

        var table = parse(section.u8(0));

        for (var index = 0; index < codes.length; index++) {
            assertThat(table.index(codes[index])).isEqualTo(index);
        }
    }

    @Test
    void aTableThatIsCutAnywhereIsRejected() {
        var bytes = sound().build();

        for (var size = 0; size < bytes.length; size++) {
            var cut = Arrays.copyOf(bytes, size);

            assertThatThrownBy(() -> parse(cut, 0))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageStartingWith(".debug_abbrev+0x");
        }
    }

    @Test
    void anOffsetOutsideIsRejected() {
        for (var offset : new long[] {1, 0xffff_ffffL, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> parse(new byte[] {0}, offset)).isInstanceOf(MalformedDataException.class);
        }
        assertThat(parse(new byte[] {0}, 0).count()).isZero();
    }

    @Test
    void aCodeThatIsThereTwiceIsRejectedAtTheSecond() {
        var twice = section().u8s(1, DW_TAG_member, 0, 0, 0).u8s(1, DW_TAG_member, 0, 0, 0, 0);

        assertThatThrownBy(() -> parse(twice))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_abbrev+0x5: abbreviation 1 is there twice");
    }

    @Test
    void aFlagForChildrenThatIsNeitherYesNorNoIsRejected() {
        assertThatThrownBy(() -> parse(section().u8s(1, DW_TAG_member, 2, 0, 0, 0)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_abbrev+0x2: the flag for children is 2");
    }

    @Test
    void numbersThatAreTooLargeAreRejected() {
        assertThatThrownBy(() -> parse(section().u8(1).uleb(0x1_0000).u8s(0, 0, 0, 0)))
                .hasMessage(".debug_abbrev+0x1: the tag is 0x10000");
        assertThatThrownBy(() -> parse(section().u8s(1, 1, 0).uleb(-1).u8s(1, 0, 0, 0)))
                .hasMessage(".debug_abbrev+0x3: the attribute is 0xffffffffffffffff");
        assertThatThrownBy(() -> parse(section().u8s(1, 1, 0, 1).uleb(1L << 40).u8s(0, 0, 0)))
                .hasMessage(".debug_abbrev+0x4: the form is 0x10000000000");
    }

    @Test
    void aNumberOfMoreThan64BitsIsRejected() {
        var code = section();
        var implicit = section().u8s(1, 1, 0, DW_AT_byte_size, DW_FORM_implicit_const);
        var sign = section().u8s(1, 1, 0, DW_AT_byte_size, DW_FORM_implicit_const);
        for (var index = 0; index < 9; index++) {
            code.u8(0xff);
            implicit.u8(0xff);
            sign.u8(0xff);
        }

        assertThatThrownBy(() -> parse(code.u8s(2, 1, 0, 0, 0, 0))).hasMessageContaining("more than 64 bits");
        assertThatThrownBy(() -> parse(implicit.u8s(0xff, 0x7f, 0, 0, 0))).hasMessageContaining("more than 64 bits");
        assertThatThrownBy(() -> parse(sign.u8s(1, 0, 0, 0))).hasMessageContaining("more than 64 bits");
    }

    @Test
    void numbersAreReadAcrossTheEndsOfChunks() {
        var section = section();
        for (var code = 1; code <= 3000; code++) {
            section.uleb(code).uleb(DW_TAG_GNU_call_site).u8(code & 1);
            section.uleb(DW_AT_GNU_call_site_value)
                    .uleb(DW_FORM_implicit_const)
                    .sleb(-code)
                    .u8s(0, 0);
        }

        var table = parse(section.u8(0));

        for (var code = 1; code <= 3000; code++) {
            assertThat(table.hasChildren(table.index(code))).isEqualTo((code & 1) == 1);
            assertThat(table.implicitValue(table.firstAttribute(table.index(code))))
                    .isEqualTo(-code);
        }
    }

    @Test
    void aTableThatWouldTakeALotOfMemoryOrTimeIsRejected() {
        var wide = section().u8s(1, DW_TAG_member, 0);
        for (var index = 0; index < 2000; index++) {
            wide.u8s(DW_AT_external, DW_FORM_flag_present);
        }
        var many = section();
        for (var code = 1; code < 300_000; code++) {
            many.uleb(code).u8s(DW_TAG_member, 0, 0, 0);
        }

        assertThatThrownBy(() -> parse(wide.u8s(0, 0, 0)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_abbrev+0x0: the abbreviation has more than 1024 attributes");
        assertThatThrownBy(() -> parse(many.u8(0)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("there are more than 262144 abbreviations");
    }

    @Test
    void theNextTableTakesThePlaceOfTheFirst() {
        var first = section().u8s(5, DW_TAG_member, 1, DW_AT_name, DW_FORM_strp, 0, 0, 0);
        var second = first.position();
        var section = ByteSlice.of("s", first.u8s(2, DW_TAG_typedef, 0, 0, 0, 0).build(), ByteOrder.LITTLE_ENDIAN);
        var table = new AbbreviationTable();

        table.read(section, 0);
        table.read(section, second);

        assertThat(table.count()).isEqualTo(1);
        assertThat(table.index(5)).isNegative();
        assertThat(table.tag(table.index(2))).isEqualTo(DW_TAG_typedef);
        assertThat(table.firstAttribute(0)).isZero();
        assertThat(table.endAttribute(0)).isZero();
    }
}
