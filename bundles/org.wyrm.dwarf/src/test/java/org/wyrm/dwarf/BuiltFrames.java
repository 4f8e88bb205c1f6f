package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_offset;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.testkit.dwarf.CallFrameBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder;

/** Call frame information that tests build, and rows as text. */
final class BuiltFrames {
    static final long SECTION_ADDRESS = 0x40_0000;

    /** The CFA is register 7 and 8, the return address is below it. */
    static final SectionBuilder.Part CALLED = program ->
            program.u8s(DW_CFA_def_cfa.number(), 7, 8, DW_CFA_offset.number() | CallFrameBuilder.RETURN_ADDRESS, 1);

    private BuiltFrames() {}

    static Stream<Arguments> shapes() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(4, 8)
                        .flatMap(offset -> Stream.of(4, 8).map(address -> Arguments.of(order, offset, address))));
    }

    static CallFrameTable table(byte[] bytes, ByteOrder order, int addressByteSize, CallFrameSection.Kind kind) {
        var name = kind == CallFrameSection.Kind.EH_FRAME ? ".eh_frame" : ".debug_frame";
        return new CallFrameTable(new CallFrameSection(
                ByteSlice.of(name, bytes, order),
                kind,
                addressByteSize,
                ZeroAddress.IS_DEAD,
                PointerBases.ofSection(SECTION_ADDRESS)));
    }

    static CallFrameTable debugFrame(CallFrameBuilder built) {
        return table(built.build(), ByteOrder.LITTLE_ENDIAN, 8, CallFrameSection.Kind.DEBUG_FRAME);
    }

    static CallFrameTable ehFrame(CallFrameBuilder built) {
        return table(built.build(), ByteOrder.LITTLE_ENDIAN, 8, CallFrameSection.Kind.EH_FRAME);
    }

    /** {@return all rows: {@code 1000-1004 7+8 16=c-8}} */
    static Stream<String> rows(FrameDescriptionEntry entry) {
        var rows = new ArrayList<String>();
        entry.forEachRow(row -> rows.add(text(row)));
        return rows.stream();
    }

    static String text(CallFrameRow row) {
        var cfa = switch (row.cfaRule()) {
            case UNDEFINED -> "none";
            case REGISTER_OFFSET -> "%d%+d".formatted(row.cfaRegister(), row.cfaOffset());
            case EXPRESSION -> bytes(row.cfaExpression());
        };
        return "%x-%x %s %s"
                .formatted(
                        row.startAddress(),
                        row.endAddress(),
                        cfa,
                        row.registers()
                                .mapToObj(register -> register + "=" + text(row, register))
                                .collect(Collectors.joining(" ")))
                .strip();
    }

    private static String text(CallFrameRow row, int register) {
        return switch (row.rule(register)) {
            case UNSPECIFIED -> throw new AssertionError("register " + register + " has no rule");
            case UNDEFINED -> "u";
            case SAME_VALUE -> "s";
            case OFFSET -> "c%+d".formatted(row.offset(register));
            case VAL_OFFSET -> "v%+d".formatted(row.offset(register));
            case REGISTER -> "r" + row.otherRegister(register);
            case EXPRESSION -> "*" + bytes(row.expression(register));
            case VAL_EXPRESSION -> bytes(row.expression(register));
        };
    }

    private static String bytes(ByteSlice slice) {
        return java.util.HexFormat.of().formatHex(slice.toArray(0, slice.byteSize()));
    }
}
