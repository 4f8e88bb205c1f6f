package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_AARCH64_negate_ra_state;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_AARCH64_negate_ra_state_with_pc;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_GNU_args_size;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_GNU_negative_offset_extended;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_MIPS_advance_loc8;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_advance_loc;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_advance_loc1;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_advance_loc2;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_advance_loc4;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa_expression;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa_offset;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa_offset_sf;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa_register;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_def_cfa_sf;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_expression;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_nop;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_offset;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_offset_extended;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_offset_extended_sf;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_register;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_remember_state;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_restore;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_restore_extended;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_restore_state;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_same_value;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_set_loc;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_undefined;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_val_expression;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_val_offset;
import static org.wyrm.dwarf.constants.DwCallFrameInstruction.DW_CFA_val_offset_sf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwCallFrameInstruction;
import org.wyrm.testkit.dwarf.CallFrameBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder;

/** Rows of programs; code is counted in 2 bytes, data in -8. */
class CallFrameProgramTest {
    private static final long START = 0x1000;
    private static final int BYTE_SIZE = 0x10_0000;

    private static FrameDescriptionEntry entry(SectionBuilder.Part initial, SectionBuilder.Part program) {
        var built = new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, false);
        built.fde(built.cie(4, initial), START, BYTE_SIZE, program);
        return BuiltFrames.debugFrame(built).entry(0);
    }

    private static FrameDescriptionEntry entry(SectionBuilder.Part program) {
        return entry(BuiltFrames.CALLED, program);
    }

    /** {@return what a program makes of the row of a called function, without addresses} */
    private static String after(SectionBuilder.Part program) {
        return BuiltFrames.rows(entry(program)).toList().getLast().replaceFirst("\\S+ ", "");
    }

    private static SectionBuilder.Part program(DwCallFrameInstruction instruction, SectionBuilder.Part operands) {
        return program -> operands.addTo(program.u8(instruction.number()));
    }

    @Test
    void theRowOfTheCieHoldsWhereTheProgramSaysNothing() {
        assertThat(BuiltFrames.rows(entry(none -> {}))).containsExactly("1000-101000 7+8 16=c-8");
        assertThat(after(program(DW_CFA_nop, none -> {}))).isEqualTo("7+8 16=c-8");
    }

    @Test
    void eachInstructionMakesItsRule() {
        assertThat(after(program(DW_CFA_def_cfa, more -> more.uleb(6).uleb(300))))
                .isEqualTo("6+300 16=c-8");
        assertThat(after(program(DW_CFA_def_cfa_sf, more -> more.uleb(6).sleb(-2))))
                .isEqualTo("6+16 16=c-8");
        assertThat(after(program(DW_CFA_def_cfa_register, more -> more.uleb(6))))
                .isEqualTo("6+8 16=c-8");
        assertThat(after(program(DW_CFA_def_cfa_offset, more -> more.uleb(16)))).isEqualTo("7+16 16=c-8");
        assertThat(after(program(DW_CFA_def_cfa_offset_sf, more -> more.sleb(3))))
                .isEqualTo("7-24 16=c-8");
        assertThat(after(program(DW_CFA_def_cfa_expression, more -> more.uleb(2).u8s(0x77, 8))))
                .isEqualTo("7708 16=c-8");
        assertThat(after(program -> program.u8s(DW_CFA_offset.number() | 3, 2))).isEqualTo("7+8 3=c-16 16=c-8");
        assertThat(after(program(DW_CFA_offset_extended, more -> more.uleb(200).uleb(2))))
                .isEqualTo("7+8 16=c-8 200=c-16");
        assertThat(after(program(DW_CFA_offset_extended_sf, more -> more.uleb(3).sleb(-2))))
                .isEqualTo("7+8 3=c+16 16=c-8");
        assertThat(after(program(
                        DW_CFA_GNU_negative_offset_extended,
                        more -> more.uleb(3).uleb(2))))
                .isEqualTo("7+8 3=c+16 16=c-8");
        assertThat(after(program(DW_CFA_val_offset, more -> more.uleb(3).uleb(2))))
                .isEqualTo("7+8 3=v-16 16=c-8");
        assertThat(after(program(DW_CFA_val_offset_sf, more -> more.uleb(3).sleb(-2))))
                .isEqualTo("7+8 3=v+16 16=c-8");
        assertThat(after(program(DW_CFA_undefined, more -> more.uleb(16)))).isEqualTo("7+8 16=u");
        assertThat(after(program(DW_CFA_same_value, more -> more.uleb(3)))).isEqualTo("7+8 3=s 16=c-8");
        assertThat(after(program(DW_CFA_register, more -> more.uleb(16).uleb(9))))
                .isEqualTo("7+8 16=r9");
        assertThat(after(program(DW_CFA_expression, more -> more.uleb(3).uleb(1).u8(0x9c))))
                .isEqualTo("7+8 3=*9c 16=c-8");
        assertThat(after(program(
                        DW_CFA_val_expression, more -> more.uleb(3).uleb(3).u8s(0x12, 0x06, 0x22))))
                .isEqualTo("7+8 3=120622 16=c-8");
    }

    @Test
    void aRowEndsWhereTheNextBegins() {
        var entry = entry(program -> program.u8(DW_CFA_advance_loc.number() | 3)
                .u8s(DW_CFA_def_cfa_offset.number(), 16)
                .u8s(DW_CFA_advance_loc1.number(), 0xff, DW_CFA_def_cfa_offset.number(), 24)
                .u8(DW_CFA_advance_loc2.number())
                .u16(0xffff)
                .u8s(DW_CFA_def_cfa_offset.number(), 32, DW_CFA_advance_loc4.number())
                .u32(0x1_0000)
                .u8s(DW_CFA_def_cfa_offset.number(), 40, DW_CFA_MIPS_advance_loc8.number())
                .u64(1)
                .u8s(DW_CFA_def_cfa_offset.number(), 48, DW_CFA_set_loc.number())
                .u64(0x5_0000)
                .u8s(DW_CFA_def_cfa_offset.number(), 56));

        assertThat(BuiltFrames.rows(entry))
                .containsExactly(
                        "1000-1006 7+8 16=c-8",
                        "1006-1204 7+16 16=c-8",
                        "1204-21202 7+24 16=c-8",
                        "21202-41202 7+32 16=c-8",
                        "41202-41204 7+40 16=c-8",
                        "41204-50000 7+48 16=c-8",
                        "50000-101000 7+56 16=c-8");
        for (var address = START; address < START + BYTE_SIZE; address += 0xff) {
            var row = entry.row(address);
            assertThat(row.startAddress()).isLessThanOrEqualTo(address);
            assertThat(row.endAddress()).isGreaterThan(address);
        }
        assertThat(BuiltFrames.text(entry.row(0x1006))).isEqualTo("1006-1204 7+16 16=c-8");
    }

    @Test
    void anAdvanceByNothingStartsNoRow() {
        var entry = entry(program -> program.u8s(DW_CFA_advance_loc.number(), DW_CFA_def_cfa_offset.number(), 16)
                .u8s(DW_CFA_advance_loc.number() | 1, DW_CFA_def_cfa_offset.number(), 24));

        assertThat(BuiltFrames.rows(entry)).containsExactly("1000-1002 7+16 16=c-8", "1002-101000 7+24 16=c-8");
    }

    @Test
    void whatComesAfterTheEndIsOfNoRow() {
        var entry = entry(program ->
                program.u8(DW_CFA_advance_loc4.number()).u32(BYTE_SIZE / 2).u8(0xff));

        assertThat(BuiltFrames.rows(entry)).containsExactly("1000-101000 7+8 16=c-8");
    }

    @Test
    void restoreGivesTheRuleOfTheCieBack() {
        var entry = entry(program -> program.u8s(DW_CFA_offset.number() | 16, 5, DW_CFA_offset.number() | 3, 2)
                .u8s(DW_CFA_advance_loc.number() | 1, DW_CFA_restore.number() | 16, DW_CFA_restore.number() | 3)
                .u8s(DW_CFA_advance_loc.number() | 1, DW_CFA_undefined.number(), 16)
                .u8s(DW_CFA_advance_loc.number() | 1, DW_CFA_restore_extended.number(), 16));

        assertThat(BuiltFrames.rows(entry).map(row -> row.replaceFirst("\\S+ ", "")))
                .containsExactly("7+8 3=c-16 16=c-40", "7+8 16=c-8", "7+8 16=u", "7+8 16=c-8");
        assertThat(entry.row(0x1002).rule(3)).isEqualTo(RegisterRule.UNSPECIFIED);
    }

    @Test
    void rememberedRowsComeBackWithTheirCfaLastFirst() {
        var remember = DW_CFA_remember_state.number();
        var restore = DW_CFA_restore_state.number();
        var entry = entry(program -> program.u8s(remember, DW_CFA_def_cfa_offset.number(), 16)
                .u8s(DW_CFA_offset.number() | 3, 2, DW_CFA_advance_loc.number() | 1)
                .u8s(remember, DW_CFA_def_cfa_register.number(), 6, DW_CFA_advance_loc.number() | 1)
                .u8s(restore, DW_CFA_advance_loc.number() | 1, restore));

        assertThat(BuiltFrames.rows(entry).map(row -> row.replaceFirst("\\S+ ", "")))
                .containsExactly("7+16 3=c-16 16=c-8", "6+16 3=c-16 16=c-8", "7+16 3=c-16 16=c-8", "7+8 16=c-8");
    }

    @Test
    void argumentsAndSignedAddressesAreTold() {
        var entry = entry(program -> program.u8s(DW_CFA_GNU_args_size.number(), 32)
                .u8s(DW_CFA_AARCH64_negate_ra_state.number(), DW_CFA_advance_loc.number() | 1)
                .u8s(DW_CFA_AARCH64_negate_ra_state_with_pc.number()));

        assertThat(entry.row(START).argumentsByteSize()).isEqualTo(32);
        assertThat(entry.row(START).isReturnAddressSigned()).isTrue();
        assertThat(entry.row(START + 2).isReturnAddressSigned()).isFalse();
        assertThat(entry.row(START).returnAddressRegister()).isEqualTo(16);
        assertThat(entry.row(START).isSignalFrame()).isFalse();
    }

    @Test
    void onlyWhatHasAnExpressionGivesOne() {
        var row = entry(none -> {}).row(START);

        assertThatThrownBy(row::cfaExpression).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row.expression(16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row.entry().row(START - 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> row.entry().row(START + BYTE_SIZE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class IsRejected {
        @Test
        void atAnInstructionThatIsNotKnown() {
            for (var opcode : List.of(0x17, 0x1c, 0x20, 0x3f)) {
                isRejected(program -> program.u8(opcode), "call frame instruction 0x%02x is not known", opcode);
            }
        }

        @Test
        void whereAnInstructionIsCutOff() {
            for (var instruction : DwCallFrameInstruction.values()) {
                if (instruction.number() < 0x40 && instruction != DW_CFA_nop) {
                    var isWhole = List.of(
                                    DW_CFA_remember_state,
                                    DW_CFA_AARCH64_negate_ra_state,
                                    DW_CFA_AARCH64_negate_ra_state_with_pc)
                            .contains(instruction);
                    var entry = entry(program(instruction, none -> {}));
                    if (!isWhole) {
                        assertThatThrownBy(() -> BuiltFrames.rows(entry))
                                .as(instruction.name())
                                .isInstanceOf(MalformedDataException.class);
                    }
                }
            }
        }

        @Test
        void whereNothingIsRemembered() {
            isRejected(program(DW_CFA_restore_state, none -> {}), "no row is remembered");
        }

        @Test
        void whereRowsAreRememberedWithoutEnd() {
            isRejected(
                    program -> Stream.generate(() -> 0x0a).limit(65).forEach(program::u8),
                    "more than 64 rows are remembered");
        }

        @Test
        void whereMoreRegistersHaveRulesThanThereAre() {
            isRejected(
                    program -> {
                        for (var register = 1000; register < 1256; register++) {
                            program.u8(DW_CFA_same_value.number()).uleb(register);
                        }
                    },
                    "more than 256 registers have a rule");
        }

        @Test
        void whereARowGoesBackOrTooFar() {
            isRejected(program(DW_CFA_set_loc, more -> more.u64(START - 1)), "a row at 0xfff follows one at 0x1000");
            isRejected(
                    program(DW_CFA_MIPS_advance_loc8, more -> more.u64(-1)),
                    "a row starts 18446744073709551615 times 2 bytes after 0x1000");
        }

        @Test
        void whereTheCfaHasNoRegister() {
            isRejected(
                    program -> program.u8s(DW_CFA_def_cfa_expression.number(), 0, DW_CFA_def_cfa_offset.number(), 8),
                    "the CFA is not yet that of a register");
            assertThatThrownBy(() -> entry(program(DW_CFA_def_cfa_register, more -> more.u8(7)), none -> {})
                            .row(START))
                    .hasMessageContaining("the CFA is not yet that of a register");
        }

        @Test
        void whereInitialInstructionsDoWhatOnlyOthersMay() {
            assertThatThrownBy(
                            () -> entry(program -> program.u8(0x41), none -> {}).row(START))
                    .hasMessageContaining("initial instructions do not advance");
            assertThatThrownBy(
                            () -> entry(program -> program.u8(0xc1), none -> {}).row(START))
                    .hasMessageContaining("initial instructions have nothing to restore");
        }

        private void isRejected(SectionBuilder.Part program, String rule, Object... values) {
            var entry = entry(program);

            assertThatThrownBy(() -> BuiltFrames.rows(entry))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(rule, values);
            assertThat(entry.cie().augmentation()).isEmpty();
        }
    }
}
