package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;

import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.wyrm.arch.Registers;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** Evaluates expressions of DWARF in a frame of which some registers are known. */
final class TestEvaluation {
    static final long BASE = TestProgram.BASE;
    static final long CFA = BASE + 0x1000;
    static final Registers KNOWN = BuiltFrame.registers(
            BuiltFrame.RAX, 0x1122_3344_5566_7788L, BuiltFrame.RBX, BASE, BuiltFrame.RSP, BASE + 0x800);
    static final Program PROGRAM = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .u64(BASE, 0x8877_6655_4433_2211L)
            .u64(BASE + 0x100, BASE + 0x20)
            .open();

    static ExpressionEvaluator evaluator(LocationExpression expression, PhysicalFrame frame) {
        return new ExpressionEvaluator(
                PROGRAM,
                PROGRAM.memory(),
                frame,
                new LocalValues.UnitContext(expression, EntryValues.of(PROGRAM, frame)),
                expression.addressByteSize());
    }

    static long address(LocationExpression expression) throws AbsentException {
        return evaluator(expression, BuiltFrame.withCfa(KNOWN, CFA))
                .address(ExpressionEvaluator.parse(expression), OptionalLong.empty());
    }

    static long address(int addressByteSize, Part code) throws AbsentException {
        return address(TestExpression.of(addressByteSize, code));
    }

    static long address(Part code) throws AbsentException {
        return address(8, code);
    }

    static FrameLocation location(Part code) throws AbsentException {
        var expression = TestExpression.of(code);
        return evaluator(expression, BuiltFrame.withCfa(KNOWN, CFA)).location(ExpressionEvaluator.parse(expression));
    }

    static SectionBuilder op(SectionBuilder code, DwOperation operation) {
        return code.u8(operation.number());
    }

    /** Adds a number of the generic type. */
    static SectionBuilder push(SectionBuilder code, long number) {
        return op(code, DW_OP_const8s).u64(number);
    }

    static SectionBuilder push(SectionBuilder code, int type, long bits, int byteSize) {
        return op(code, DW_OP_const_type).uleb(type).u8(byteSize).number(bits, byteSize);
    }

    static void assertAbsent(AbsenceReason reason, String message, ThrowingCallable asked) {
        assertThatThrownBy(asked)
                .isInstanceOfSatisfying(
                        AbsentException.class,
                        absent -> assertThat(absent.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    private TestEvaluation() {}
}
