package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.unwind.BuiltFrame.RAX;
import static org.wyrm.unwind.BuiltFrame.RBP;
import static org.wyrm.unwind.BuiltFrame.RBX;
import static org.wyrm.unwind.BuiltFrame.RIP;
import static org.wyrm.unwind.BuiltFrame.RSP;
import static org.wyrm.unwind.TestCode.cfa;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.wyrm.arch.Registers;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;
import org.wyrm.unwind.PhysicalFrame.Step;

class CallFrameStepsTest {
    private static final long CODE = 0x40_1000;
    private static final long STACK = TestProgram.BASE + 0x100;
    private static final long CFA = STACK + 8;
    private static final Program PROGRAM = BuiltFrame.program()
            .u64(STACK, 0x40_2005)
            .u64(STACK - 8, 0x33)
            .u64(STACK + 0x20, 0x44)
            .open();
    private static final Registers KNOWN =
            BuiltFrame.registers(RIP, CODE, RSP, STACK, RBX, 0xbb, RBP, STACK, RAX, 0xaa);

    private static Step step(Registers registers, Part program) {
        var table = TestCode.ofFunction(CODE, 0x10, program);
        var row = DecodedTables.of(PROGRAM).row(table, PROGRAM.memory(), CODE).orElseThrow();
        return new CallFrameSteps(PROGRAM, BuiltFrame.ABI, PROGRAM.memory()).step(BuiltFrame.of(registers), table, row);
    }

    private static Step called(Part rules) {
        return step(KNOWN, program -> {
            TestCode.CALLED.addTo(program);
            rules.addTo(program);
        });
    }

    /** {@return what the caller has in rbx} */
    private static OptionalLong rbx(Part rule) {
        return called(rule).caller().orElseThrow().get(RBX);
    }

    @Test
    void theCallerHasTheCfaAsItsStackPointer() {
        var step = called(none -> {});
        var caller = step.caller().orElseThrow();

        assertThat(step.cfa()).hasValue(CFA);
        assertThat(step.isCallerInterrupted()).isFalse();
        assertThat(caller.get(RSP)).hasValue(CFA);
        assertThat(caller.get(RIP)).hasValue(0x40_2005);
    }

    @Test
    void withoutARuleOnlyPreservedRegistersAreKept() {
        var caller = called(none -> {}).caller().orElseThrow();

        assertThat(caller.get(RBX)).hasValue(0xbb);
        assertThat(caller.get(RBP)).hasValue(STACK);
        assertThat(caller.get(RAX)).isEmpty();
    }

    @Test
    void everyRuleTellsOfARegister() {
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_undefined")).uleb(RBX)))
                .isEmpty();
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_same_value")).uleb(RBX)))
                .hasValue(0xbb);
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_offset") | RBX).uleb(2)))
                .hasValue(0x33);
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_val_offset")).uleb(RBX).uleb(2)))
                .hasValue(CFA - 16);
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_register")).uleb(RBX).uleb(RAX)))
                .hasValue(0xaa);
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_register")).uleb(RBX).uleb(12)))
                .isEmpty();
        // The CFA is on the stack of the expression.
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_expression"))
                        .uleb(RBX)
                        .block(code ->
                                code.u8(DwOperation.DW_OP_plus_uconst.number()).uleb(0x18))))
                .hasValue(0x44);
        assertThat(rbx(program -> program.u8(cfa("DW_CFA_val_expression"))
                        .uleb(RBX)
                        .block(code ->
                                code.u8(DwOperation.DW_OP_plus_uconst.number()).uleb(0x18))))
                .hasValue(STACK + 0x20);
        assertThat(called(program -> program.u8(cfa("DW_CFA_same_value")).uleb(RAX))
                        .caller()
                        .orElseThrow()
                        .get(RAX))
                .hasValue(0xaa);
    }

    @Test
    void theCfaMayBeComputed() {
        var step = step(
                KNOWN,
                program -> program.u8(cfa("DW_CFA_def_cfa_expression"))
                        .block(code -> code.u8(DwOperation.DW_OP_breg7.number()).sleb(8))
                        .u8(cfa("DW_CFA_offset") | RIP)
                        .uleb(1));

        assertThat(step.cfa()).hasValue(CFA);
        assertThat(step.caller().orElseThrow().get(RIP)).hasValue(0x40_2005);
    }

    @Test
    void anUndefinedReturnAddressIsTheBeginningOfTheStack() {
        assertThat(called(program -> program.u8(cfa("DW_CFA_undefined")).uleb(RIP))
                        .caller())
                .isEmpty();
    }

    @Test
    void whatIsNotKnownIsNamed() {
        assertThatThrownBy(() -> step(BuiltFrame.registers(RIP, CODE), TestCode.CALLED))
                .isInstanceOf(OperationFailedException.class)
                .hasMessage("the frame is counted from register rsp, which is not known here");
        assertThatThrownBy(() -> step(
                        KNOWN,
                        program -> program.u8(cfa("DW_CFA_def_cfa")).uleb(60).uleb(0)))
                .hasMessageContaining("register 60");
        assertThatThrownBy(() -> step(KNOWN, none -> {})).isInstanceOf(OperationFailedException.class);
        assertThatThrownBy(() -> step(BuiltFrame.registers(RIP, CODE, RSP, 0x10), TestCode.CALLED))
                .isInstanceOf(FaultException.class);
    }

    @Test
    void anExpressionThatComputesNothingIsAnError() {
        assertThatThrownBy(() -> rbx(program -> program.u8(cfa("DW_CFA_val_expression"))
                        .uleb(RBX)
                        .block(code ->
                                code.u8(DwOperation.DW_OP_breg12.number()).sleb(0))))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("call frame information at 0x")
                .hasMessageContaining("register 12 of the frame is not known");
    }
}
