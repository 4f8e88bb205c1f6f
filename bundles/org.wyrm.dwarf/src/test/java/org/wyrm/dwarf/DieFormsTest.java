package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.BuiltEntries.*;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dwarf.DwarfBuilder;

/** Attributes in each form that they may have. */
class DieFormsTest {
    private static final int[] NUMBERS = {
        DW_FORM_data1,
        DW_FORM_data2,
        DW_FORM_data4,
        DW_FORM_data8,
        DW_FORM_udata,
        DW_FORM_flag,
        DW_FORM_sec_offset,
        DW_FORM_ref1,
        DW_FORM_ref2,
        DW_FORM_ref4,
        DW_FORM_ref8,
        DW_FORM_ref_udata,
        DW_FORM_ref_addr,
        DW_FORM_strx,
        DW_FORM_strx1,
        DW_FORM_strx2,
        DW_FORM_strx3,
        DW_FORM_strx4,
        DW_FORM_strp,
        DW_FORM_line_strp,
        DW_FORM_addr,
        DW_FORM_addrx,
        DW_FORM_addrx1,
        DW_FORM_addrx2,
        DW_FORM_addrx3,
        DW_FORM_addrx4,
        DW_FORM_loclistx,
        DW_FORM_rnglistx,
        DW_FORM_ref_sup4,
        DW_FORM_ref_sup8,
        DW_FORM_strp_sup,
        DW_FORM_ref_sig8,
        DW_FORM_GNU_addr_index,
        DW_FORM_GNU_str_index,
        DW_FORM_GNU_ref_alt,
        DW_FORM_GNU_strp_alt,
    };

    @ParameterizedTest
    @MethodSource("org.wyrm.dwarf.BuiltEntries#encodings")
    void eachNumberIsReadAndTheNextOneFound(ByteOrder order, int version, int format, int addressByteSize) {
        var dwarf = new DwarfBuilder(order);
        var entry = unit(dwarf, version, format, addressByteSize).root().child(DW_TAG_member);
        for (var index = 0; index < NUMBERS.length; index++) {
            entry.number(VALUE + index, NUMBERS[index], 0x81 + index % 64);
        }
        entry.number(DW_AT_byte_size, DW_FORM_sdata, -0x1234_5678_9abcL)
                .implicit(DW_AT_decl_line, Long.MIN_VALUE)
                .flag(DW_AT_external)
                .number(DW_AT_declaration, DW_FORM_flag, 0)
                .indirectNumber(DW_AT_decl_file, DW_FORM_data2, 0xfedc)
                .number(DW_AT_decl_column, DW_FORM_data1, 0xff);

        var die = children(root(dwarf)).getFirst();

        for (var index = 0; index < NUMBERS.length; index++) {
            assertThat(die.form(VALUE + index)).isEqualTo(NUMBERS[index]);
            assertThat(die.number(VALUE + index))
                    .as("form 0x%x", NUMBERS[index])
                    .hasValue(0x81 + index % 64);
        }
        assertThat(die.number(DW_AT_byte_size)).hasValue(-0x1234_5678_9abcL);
        assertThat(die.number(DW_AT_decl_line)).hasValue(Long.MIN_VALUE);
        assertThat(die.flag(DW_AT_external)).isTrue();
        assertThat(die.flag(DW_AT_declaration)).isFalse();
        assertThat(die.form(DW_AT_decl_file)).isEqualTo(DW_FORM_data2);
        assertThat(die.number(DW_AT_decl_file)).hasValue(0xfedc);
        assertThat(die.number(DW_AT_decl_column)).hasValue(0xff);
        assertThat(die.number(DW_AT_name)).isEmpty();
        assertThat(die.has(DW_AT_name)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("org.wyrm.dwarf.BuiltEntries#encodings")
    void eachTextIsRead(ByteOrder order, int version, int format, int addressByteSize) {
        var dwarf = new DwarfBuilder(order);
        var root = unit(dwarf, version, format, addressByteSize).root();
        root.number(DW_AT_str_offsets_base, DW_FORM_sec_offset, 0);
        dwarf.textOffset("before");
        var forms = new int[] {
            DW_FORM_string,
            DW_FORM_strp,
            DW_FORM_line_strp,
            DW_FORM_strx,
            DW_FORM_strx1,
            DW_FORM_strx2,
            DW_FORM_strx3,
            DW_FORM_strx4,
            DW_FORM_GNU_str_index
        };
        for (var form : forms) {
            root.child(DW_TAG_typedef)
                    .text(DW_AT_name, form, "fö" + form)
                    .indirectText(DW_AT_producer, form, "")
                    .number(DW_AT_decl_line, DW_FORM_data1, 7);
        }

        var dies = children(root(dwarf));

        assertThat(dies).hasSize(forms.length);
        for (var index = 0; index < forms.length; index++) {
            assertThat(dies.get(index).string(DW_AT_name)).isEqualTo("fö" + forms[index]);
            assertThat(dies.get(index).string(DW_AT_producer)).isEmpty();
            assertThat(dies.get(index).string(DW_AT_linkage_name)).isNull();
            assertThat(dies.get(index).number(DW_AT_decl_line)).hasValue(7);
        }
    }

    @Test
    void eachBlockIsRead() {
        var dwarf = little();
        var entry = dwarf.unit(5).root().child(DW_TAG_variable);
        var forms = new int[] {
            DW_FORM_block1, DW_FORM_block2, DW_FORM_block4, DW_FORM_block, DW_FORM_exprloc, DW_FORM_data16
        };
        for (var form : forms) {
            if (form == DW_FORM_data16) {
                entry.raw(VALUE + form, form, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
            } else {
                entry.block(VALUE + form, form, 1, 2, 3);
            }
        }
        entry.block(VALUE, DW_FORM_exprloc).number(DW_AT_decl_line, DW_FORM_data1, 9);

        var die = children(root(dwarf)).getFirst();

        for (var form : forms) {
            var block = Objects.requireNonNull(die.block(VALUE + form));
            assertThat(block.byteSize()).isEqualTo(form == DW_FORM_data16 ? 16 : 3);
            assertThat(block.u8(2)).isEqualTo(3);
            assertThatThrownBy(() -> die.number(VALUE + form)).isInstanceOf(MalformedDataException.class);
        }
        assertThat(Objects.requireNonNull(die.block(VALUE)).byteSize()).isZero();
        assertThat(die.block(DW_AT_decl_line)).isNull();
        assertThat(die.block(DW_AT_name)).isNull();
        assertThat(die.number(DW_AT_decl_line)).hasValue(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void addressesByNumberAreLookedUp(int version) {
        var dwarf = little();
        var root = dwarf.unit(version).root();
        root.number(version == 5 ? DW_AT_addr_base : DW_AT_GNU_addr_base, DW_FORM_sec_offset, version == 5 ? 8 : 0);
        dwarf.addressIndex(0x1000);
        var index = dwarf.addressIndex(0xffff_ffff_8100_0000L);
        for (var form : new int[] {
            DW_FORM_addrx, DW_FORM_addrx1, DW_FORM_addrx2, DW_FORM_addrx3, DW_FORM_addrx4, DW_FORM_GNU_addr_index
        }) {
            root.child(DW_TAG_subprogram).number(DW_AT_low_pc, form, index).number(DW_AT_entry_pc, form, 99);
        }

        for (var die : children(root(dwarf))) {
            assertThat(die.address(DW_AT_low_pc)).hasValue(0xffff_ffff_8100_0000L);
            assertThatThrownBy(() -> die.address(DW_AT_entry_pc))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageStartingWith(".debug_addr");
        }
    }

    @Test
    void withoutABaseTablesStartAfterTheirHeaders() {
        for (var format : new int[] {4, 8}) {
            var dwarf = little();
            var entry = unit(dwarf, 5, format, 8).root().child(DW_TAG_variable);
            entry.number(DW_AT_name, DW_FORM_strx1, 2 * format / format)
                    .number(DW_AT_low_pc, DW_FORM_addrx1, format / 4);
            for (var text : List.of("0", "1", "2", "3", "4")) {
                entry.text(DW_AT_producer, DW_FORM_strx1, text);
            }
            for (var address = 0; address < 5; address++) {
                dwarf.addressIndex(address);
            }

            var die = children(root(dwarf)).getFirst();

            // A header has the size of two offsets: of two texts, which the table here has in its place.
            assertThat(die.string(DW_AT_name)).isEqualTo("4");
            assertThat(die.address(DW_AT_low_pc)).hasValue(format / 4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x7f, 0x80, 0x1f22, 0xffff})
    void oneThatIsNotKnownIsRejectedAtItsPlace(int form) {
        var dwarf = little();
        dwarf.unit(5).root().child(DW_TAG_variable).raw(DW_AT_name, form, 1, 2, 3);

        assertThatThrownBy(() -> children(root(dwarf)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_info+0xe: form 0x%x is not known", form);
    }

    @Test
    void anIndirectFormIsNeitherIndirectNorAConstant() {
        for (var form : new int[] {DW_FORM_indirect, DW_FORM_implicit_const, 0x7fff}) {
            var dwarf = little();
            dwarf.unit(5).root().child(DW_TAG_variable).indirectNumber(DW_AT_name, form, 1);

            assertThatThrownBy(() -> children(root(dwarf))).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void numbersMayHaveMoreBytesThanTheyNeedButNotMoreBits() {
        var dwarf = little();
        var root = dwarf.unit(4).root();
        root.child(DW_TAG_member)
                .raw(
                        DW_AT_byte_size,
                        DW_FORM_udata,
                        0x85,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0x80,
                        0)
                .raw(
                        DW_AT_bit_size,
                        DW_FORM_sdata,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0xff,
                        0x7f);
        root.child(DW_TAG_member)
                .raw(DW_AT_byte_size, DW_FORM_udata, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02);

        var children = root(dwarf).children().iterator();
        var first = children.next();

        assertThat(first.number(DW_AT_byte_size)).hasValue(5);
        assertThat(first.number(DW_AT_bit_size)).hasValue(-1);
        var broken = little();
        broken.unit(4)
                .root()
                .child(DW_TAG_member)
                .raw(DW_AT_byte_size, DW_FORM_udata, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02);
        assertThatThrownBy(() -> children(root(broken))).hasMessageContaining("more than 64 bits");
    }

    @Test
    void aBlockThatEndsPastItsUnitIsRejected() {
        for (var size : new long[] {4, 0x7fff_ffff, 0xffff_ffffL}) {
            var dwarf = little();
            dwarf.unit(4).root().child(DW_TAG_variable).number(DW_AT_location, DW_FORM_data4, size);
            var built = BuiltSections.of(dwarf);
            var abbreviations = built.get(".debug_abbrev");
            for (var at = 0; at < abbreviations.length - 1; at++) {
                if (abbreviations[at] == DW_AT_location && abbreviations[at + 1] == DW_FORM_data4) {
                    abbreviations[at + 1] = DW_FORM_block4;
                }
            }

            assertThatThrownBy(() -> children(root(built.info())))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("bytes wanted, the unit ends after");
        }
    }
}
