package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.BuiltLines.*;

import org.junit.jupiter.api.Test;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** What of a line table is rejected, and at which byte. */
class BrokenLineTableTest {
    private void isRejected(byte[] bytes, String message) {
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_line+" + message);
    }

    private byte[] with(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        return bytes;
    }

    private byte[] sound(int version) {
        return table(Shape.of(version), names(version), program -> {});
    }

    private byte[] opcodes(int... bytes) {
        return table(Shape.of(4), names -> names.u8(0).u8(0), program -> program.u8s(bytes));
    }

    @Test
    void headersAreRejectedAtTheByte() {
        isRejected(with(sound(4), 4, 6), "0x4: version 6 of a line table is not known");
        isRejected(with(sound(4), 4, 1), "0x4: version 1 of a line table is not known");
        isRejected(with(sound(5), 6, 3), "0x6: an address of 3 bytes is not known");
        isRejected(with(sound(5), 7, 4), "0x7: addresses with segments are not known");
        isRejected(with(sound(4), 11, 0), "0xb: an instruction has no operations");
        isRejected(with(sound(4), 15, 0), "0xf: the first special opcode is 0, which is no opcode");
        isRejected(with(sound(4), 6, 1), "0xb: the program starts here, the header goes on to 0x4a");
    }

    @Test
    void lengthsThatDoNotFitAreRejected() {
        isRejected(new SectionBuilder(LITTLE, 4).u32(100).u16(4).build(), "0x0: the unit has 100 bytes, 2 are left");
        isRejected(
                new SectionBuilder(LITTLE, 4).u32(0xffff_fff3L).build(), "0x0: the unit length 0xfffffff3 is reserved");
        isRejected(
                new SectionBuilder(LITTLE, 8).u32(0xffff_ffffL).u64(-1).build(),
                "0x0: the unit has 18446744073709551615 bytes, 0 are left");
        isRejected(
                new SectionBuilder(LITTLE, 4).unit(unit -> unit.u16(4).u32(1)).build(),
                "0x6: the header has 1 bytes, 0 are left");
    }

    @Test
    void tablesOfNamesAreRejectedAtTheByte() {
        isRejected(entries(names -> names.u8(0).uleb(2)), "0x1e: the entries have no names");
        isRejected(entries(names -> names.u8(1).uleb(1).uleb(0x0b)), "0x20: form 0xb cannot hold a name");
        isRejected(entries(names -> names.u8(2).uleb(1).uleb(8).uleb(1).uleb(8)), "0x22: an entry has two names");
        isRejected(
                entries(names -> names.u8(1).uleb(1).uleb(8).uleb(-1)),
                "0x21: 18446744073709551615 entries cannot be in 0 bytes");
        isRejected(
                entries(names ->
                        names.u8(2).uleb(1).uleb(8).uleb(2).uleb(8).uleb(1).string("")),
                "0x25: form 0x8 has no place in a line table");
        isRejected(
                entries(names ->
                        names.u8(2).uleb(5).uleb(6).uleb(1).uleb(8).uleb(1).u8(0)),
                "0x24: form 0x6 has no place in a line table");
        isRejected(
                entries(names -> names.u8(2)
                        .uleb(0x2001)
                        .uleb(0x16)
                        .uleb(1)
                        .uleb(8)
                        .uleb(1)
                        .u8(0)),
                "0x25: form 0x16 has no place in a line table");
    }

    private byte[] entries(Part part) {
        return table(Shape.of(5), part, program -> {});
    }

    @Test
    void offsetsOver4GibAreRejected() {
        var shape = new Shape(LITTLE, new UnitEncoding(5, 8, 8), 1, 1, 14, STANDARD_LENGTHS);
        var bytes = table(shape, names -> names.u8(1).uleb(1).uleb(0x1f).uleb(1).u64(0x1_0000_0000L), program -> {});

        isRejected(bytes, "0x2e: offset 0x100000000 is over 4 GiB");
    }

    @Test
    void programsAreRejectedAtTheOpcode() {
        isRejected(opcodes(0, 0), "0x1e: an extended opcode has 0 bytes, 0 are left");
        isRejected(opcodes(0, 9, 2), "0x1e: an extended opcode has 9 bytes, 1 are left");
        isRejected(opcodes(0, 3, 2, 1, 2), "0x21: an address of 2 bytes is not known");
        isRejected(opcodes(0, 2, 4, 0x80, 1), "0x1e: the extended opcode 4 has more than its 2 bytes");
        isRejected(opcodes(SET_FILE, 0xff, 0xff, 0xff, 0xff, 0x0f), "0x1f: file 4294967295 is too large");
        isRejected(opcodes(0x4b), "0x1f: the last sequence has no end");
        isRejected(
                opcodes(ADVANCE_PC, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2),
                "0x1f: the LEB128 number has more than 64 bits");
    }

    @Test
    void specialOpcodesNeedALineRange() {
        isRejected(with(opcodes(0x4b), 14, 0), "0x1e: a special opcode, and the header has line_range 0");
        isRejected(with(opcodes(CONST_ADD_PC), 14, 0), "0x1e: a special opcode, and the header has line_range 0");
    }

    @Test
    void placesCountFromTheStartOfTheSection() {
        var bytes = new SectionBuilder(LITTLE, 4);
        bytes.u64(0);
        for (var value : opcodes(0, 0)) {
            bytes.u8(value);
        }

        assertThatThrownBy(() ->
                        LineTable.decode(LineHeader.parse(slice(bytes.build(), LITTLE), 8, 8), ZeroAddress.IS_DEAD))
                .hasMessageStartingWith(".debug_line+0x26: ");
    }
}
