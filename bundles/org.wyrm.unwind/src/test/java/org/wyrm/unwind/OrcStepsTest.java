package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.unwind.BuiltFrame.R10;
import static org.wyrm.unwind.BuiltFrame.R13;
import static org.wyrm.unwind.BuiltFrame.RAX;
import static org.wyrm.unwind.BuiltFrame.RBP;
import static org.wyrm.unwind.BuiltFrame.RBX;
import static org.wyrm.unwind.BuiltFrame.RDI;
import static org.wyrm.unwind.BuiltFrame.RDX;
import static org.wyrm.unwind.BuiltFrame.RIP;
import static org.wyrm.unwind.BuiltFrame.RSP;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.arch.Registers;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.orc.OrcEntry;
import org.wyrm.orc.OrcIndirection;
import org.wyrm.orc.OrcRegister;
import org.wyrm.orc.OrcType;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.unwind.PhysicalFrame.Step;

class OrcStepsTest {
    private static final long STACK = TestProgram.BASE + 0x100;
    private static final long OTHER = TestProgram.BASE + 0x800;
    private static final long REGS = TestProgram.BASE + 0x1000;
    private static final int IP_INDEX = 16;
    private static final int SP_INDEX = 19;

    private static final Program PROGRAM = program();

    /** A return address at {@code STACK}, another stack at {@code OTHER}, {@code struct pt_regs} at {@code REGS}. */
    private static Program program() {
        var program = BuiltFrame.program()
                .u64(STACK, 0x1111)
                .u64(STACK - 8, OTHER)
                .u64(STACK + 0x10, 0xb0b0)
                .u64(OTHER - 8, 0x2222)
                .u64(OTHER, 0x3333);
        for (var index = 0; index < 21; index++) {
            program.u64(REGS + 8L * index, 0x100 + index);
        }
        return program.open();
    }

    private static Step step(Registers registers, OrcEntry entry) {
        return new OrcSteps(BuiltFrame.ABI, PROGRAM.memory()).step(BuiltFrame.of(registers), entry);
    }

    private static OrcEntry entry(OrcType type, OrcRegister sp, int spOffset, OrcIndirection indirection) {
        return new OrcEntry(type, sp, spOffset, indirection, OrcRegister.UNDEFINED, 0, false);
    }

    private static OrcEntry call(OrcRegister sp, int spOffset, OrcRegister bp, int bpOffset) {
        return new OrcEntry(OrcType.CALL, sp, spOffset, OrcIndirection.NONE, bp, bpOffset, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"SP", "BP", "AX", "DX", "DI", "R10", "R13"})
    void aCallIsCountedFromEachRegister(OrcRegister register) {
        var number = Map.of(
                        OrcRegister.SP, RSP,
                        OrcRegister.BP, RBP,
                        OrcRegister.AX, RAX,
                        OrcRegister.DX, RDX,
                        OrcRegister.DI, RDI,
                        OrcRegister.R10, R10,
                        OrcRegister.R13, R13)
                .get(register);
        var entry = entry(OrcType.CALL, register, 8, OrcIndirection.NONE);

        var step = step(BuiltFrame.registers(number, STACK), entry);
        var caller = step.caller().orElseThrow();

        assertThat(caller.get(RIP)).hasValue(0x1111);
        assertThat(caller.get(RSP)).hasValue(STACK + 8);
        assertThat(step.cfa()).hasValue(STACK + 8);
        assertThat(step.method()).isEqualTo(UnwindMethod.ORC);
        assertThatThrownBy(() -> step(BuiltFrame.registers(RBX, STACK), entry))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("register " + register);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNDEFINED", "PREV_SP", "SP_INDIRECT", "BP_INDIRECT"})
    void whatIsNoRegisterIsAnError(OrcRegister register) {
        assertThatThrownBy(() -> step(
                        BuiltFrame.registers(RSP, STACK, RBP, STACK),
                        entry(OrcType.CALL, register, 8, OrcIndirection.NONE)))
                .isInstanceOf(OperationFailedException.class);
    }

    @Test
    void theStackPointerMayBeInMemory() {
        var registers = BuiltFrame.registers(RSP, STACK - 16, RBP, STACK - 8);

        var ofSum = step(registers, entry(OrcType.CALL, OrcRegister.SP, 8, OrcIndirection.OF_SUM))
                .caller()
                .orElseThrow();
        assertThat(ofSum.get(RSP)).hasValue(OTHER);
        assertThat(ofSum.get(RIP)).hasValue(0x2222);

        var ofRegister = step(registers, entry(OrcType.CALL, OrcRegister.BP, 8, OrcIndirection.OF_REGISTER))
                .caller()
                .orElseThrow();
        assertThat(ofRegister.get(RSP)).hasValue(OTHER + 8);
        assertThat(ofRegister.get(RIP)).hasValue(0x3333);
    }

    @Test
    void theFramePointerIsOnTheStackOrInItsRegister() {
        var registers = BuiltFrame.registers(RSP, STACK, RBP, STACK);

        assertThat(framePointer(registers, call(OrcRegister.SP, 8, OrcRegister.UNDEFINED, 0)))
                .isEqualTo(STACK);
        assertThat(framePointer(registers, call(OrcRegister.SP, 8, OrcRegister.PREV_SP, 8)))
                .isEqualTo(0xb0b0);
        assertThat(framePointer(registers, call(OrcRegister.SP, 8, OrcRegister.BP, 16)))
                .isEqualTo(0xb0b0);
        assertThat(step(
                                BuiltFrame.registers(RSP, STACK, RAX, 1, RBX, 2),
                                call(OrcRegister.SP, 8, OrcRegister.UNDEFINED, 0))
                        .caller()
                        .orElseThrow()
                        .has(RBP))
                .isFalse();
    }

    private static long framePointer(Registers registers, OrcEntry entry) {
        return step(registers, entry).caller().orElseThrow().value(RBP);
    }

    @Test
    void allRegistersAreInPtRegs() {
        var entry = new OrcEntry(OrcType.REGS, OrcRegister.SP, 0, OrcIndirection.NONE, OrcRegister.UNDEFINED, 0, true);

        var step = step(BuiltFrame.registers(RSP, REGS, RBP, 7), entry);
        var caller = step.caller().orElseThrow();

        assertThat(step.isCallerInterrupted()).isTrue();
        assertThat(caller.get(RIP)).hasValue(0x100 + IP_INDEX);
        assertThat(caller.get(RSP)).hasValue(0x100 + SP_INDEX);
        assertThat(caller.get(RBP)).hasValue(0x104);
        assertThat(caller.get(RAX)).hasValue(0x10a);
    }

    @Test
    void fewRegistersAreInAnInterruptFrame() {
        var entry = new OrcEntry(
                OrcType.REGS_PARTIAL, OrcRegister.SP, 0, OrcIndirection.NONE, OrcRegister.UNDEFINED, 0, true);

        var caller = step(BuiltFrame.registers(RSP, REGS + 8 * IP_INDEX, RBP, 7), entry)
                .caller()
                .orElseThrow();

        assertThat(caller.get(RIP)).hasValue(0x100 + IP_INDEX);
        assertThat(caller.get(RSP)).hasValue(0x100 + SP_INDEX);
        assertThat(caller.get(RBP)).hasValue(7);
        assertThat(caller.has(RAX)).isFalse();
    }

    @Test
    void aStackThatCannotBeReadIsAFault() {
        for (var type : new OrcType[] {OrcType.CALL, OrcType.REGS, OrcType.REGS_PARTIAL}) {
            assertThatThrownBy(() ->
                            step(BuiltFrame.registers(RSP, 0x10), entry(type, OrcRegister.SP, 8, OrcIndirection.NONE)))
                    .isInstanceOf(FaultException.class);
        }
    }
}
