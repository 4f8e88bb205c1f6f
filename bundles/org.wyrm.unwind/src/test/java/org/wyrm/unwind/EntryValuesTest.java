package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;
import static org.wyrm.unwind.BuiltFrame.RBX;
import static org.wyrm.unwind.BuiltFrame.RDI;
import static org.wyrm.unwind.BuiltFrame.RIP;
import static org.wyrm.unwind.BuiltFrame.RSP;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.wyrm.arch.Registers;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.CallSite.Parameter;
import org.wyrm.symbols.CallSite.Target;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;
import org.wyrm.unwind.PhysicalFrame.Step;

class EntryValuesTest {
    private static final long STACK = TestProgram.BASE + 0x100;
    private static final long CALLED = 0x40_1000;
    private static final long CALLER = 0x40_2000;
    private static final long OUTER = 0x40_3000;
    private static final Part IN_RDI = code -> code.u8(DW_OP_reg5.number());

    private final TestCode code = new TestCode();
    private final Program program = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .symbol("called", CALLED, 0x80)
            .symbol("alias", CALLED, 0x80)
            .symbol("called.cold", CALLED + 0x80, 0x80)
            .symbol("caller", CALLER, 0x100)
            .symbol("outer", OUTER, 0x100)
            .with(made -> made.source(code))
            .open();

    private static CallSite site(Target target, Part value) {
        return new CallSite(target, List.of(new Parameter(TestExpression.of(IN_RDI), TestExpression.of(value))));
    }

    /** {@return frames that called one another, the innermost first} */
    private static PhysicalFrame chain(Registers... registers) {
        var frame = BuiltFrame.of(registers[registers.length - 1]);
        for (var index = registers.length - 2; index >= 0; index--) {
            var inner = BuiltFrame.of(registers[index]);
            inner.link(
                    new Step(UnwindMethod.CALL_FRAMES, Optional.of(frame.registers()), false, OptionalLong.empty()),
                    frame);
            frame = inner;
        }
        return frame;
    }

    private long find(PhysicalFrame frame) throws AbsentException {
        return EntryValues.of(program, frame).find(RDI).bits();
    }

    private static PhysicalFrame called(long address) {
        return chain(
                BuiltFrame.registers(RIP, address, RSP, STACK),
                BuiltFrame.registers(RIP, CALLER + 5, RSP, STACK + 8, RBX, 42));
    }

    @Test
    void areWhatTheCallerPassed() throws AbsentException {
        for (var target : List.of(
                new Target.Function(CALLED),
                new Target.Named("called"),
                new Target.Named("alias"),
                new Target.Computed(TestExpression.of(
                        bytes -> bytes.u8(DW_OP_const8s.number()).u64(CALLED))))) {
            code.call(
                    CALLER + 5,
                    site(target, bytes -> bytes.u8(DW_OP_breg3.number()).sleb(1)));

            assertThat(find(called(CALLED + 4))).isEqualTo(43);
        }
    }

    @Test
    void ofPartsOfAFunctionAreThoseOfTheFunction() throws AbsentException {
        code.call(CALLER + 5, site(new Target.Function(CALLED), bytes -> bytes.u8(DW_OP_lit7.number())));
        assertThat(find(called(CALLED + 0x84))).isEqualTo(7);

        code.call(CALLER + 5, site(new Target.Named("called"), bytes -> bytes.u8(DW_OP_lit7.number())));
        assertThat(find(called(CALLED + 0x84))).isEqualTo(7);
    }

    @Test
    void mayBeOfThoseOfTheCaller() throws AbsentException {
        code.call(
                CALLER + 5,
                site(
                        new Target.Function(CALLED),
                        bytes -> bytes.u8(DW_OP_entry_value.number()).block(IN_RDI)));
        code.call(
                OUTER + 5,
                site(
                        new Target.Function(CALLER),
                        bytes -> bytes.u8(DW_OP_breg3.number()).sleb(0)));

        assertThat(find(chain(
                        BuiltFrame.registers(RIP, CALLED + 4, RSP, STACK),
                        BuiltFrame.registers(RIP, CALLER + 5, RSP, STACK + 8),
                        BuiltFrame.registers(RIP, OUTER + 5, RSP, STACK + 16, RBX, 99))))
                .isEqualTo(99);
    }

    @Test
    void ofFunctionsThatCallThemselvesWithoutEndAreAbsent() {
        code.call(
                CALLED + 5,
                site(
                        new Target.Function(CALLED),
                        bytes -> bytes.u8(DW_OP_entry_value.number()).block(IN_RDI)));
        var registers = new Registers[50];
        for (var index = 0; index < registers.length; index++) {
            registers[index] = BuiltFrame.registers(RIP, CALLED + 5, RSP, STACK + 8L * index);
        }

        assertThatThrownBy(() -> find(chain(registers)))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining("is lost");
    }

    @Test
    void areAbsentWithTheReason() {
        assertAbsent("nothing tells what the caller passed", called(CALLED + 4));
        assertAbsent("is lost", BuiltFrame.of(BuiltFrame.registers(RIP, CALLED)));

        code.call(CALLER + 5, site(new Target.Function(OUTER), bytes -> bytes.u8(DW_OP_lit7.number())));
        assertAbsent("called another function, which jumped to this one", called(CALLED + 4));
        code.call(CALLER + 5, site(new Target.Unknown(), bytes -> bytes.u8(DW_OP_lit7.number())));
        assertAbsent("nothing tells which function the caller called", called(CALLED + 4));
        code.call(CALLER + 5, new CallSite(new Target.Function(CALLED), List.of()));
        assertAbsent("the caller kept no copy", called(CALLED + 4));
        code.call(
                CALLER + 5,
                site(
                        new Target.Function(CALLED),
                        bytes -> bytes.u8(DW_OP_breg0.number()).sleb(0)));
        assertAbsent("register 0 of the frame is not known", called(CALLED + 4));
    }

    @Test
    void ofAnInterruptedCallerAreAbsent() {
        code.call(CALLER, site(new Target.Function(CALLED), bytes -> bytes.u8(DW_OP_lit7.number())));
        var caller = new PhysicalFrame(BuiltFrame.ABI, BuiltFrame.registers(RIP, CALLER), true, false, null);
        var frame = BuiltFrame.of(BuiltFrame.registers(RIP, CALLED));
        frame.link(
                new Step(UnwindMethod.CALL_FRAMES, Optional.of(caller.registers()), true, OptionalLong.empty()),
                caller);

        assertAbsent("is lost", frame);
    }

    private void assertAbsent(String why, PhysicalFrame frame) {
        assertThatThrownBy(() -> find(frame))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void mayBeOfABaseType() throws AbsentException {
        var bits = Double.doubleToLongBits(1.25);
        code.call(
                CALLER + 5,
                new CallSite(
                        new Target.Function(CALLED),
                        List.of(new Parameter(
                                TestExpression.of(
                                        bytes -> bytes.u8(DW_OP_regx.number()).uleb(17)),
                                TestExpression.of(bytes -> bytes.u8(DW_OP_const_type.number())
                                        .uleb(TestTypes.DOUBLE)
                                        .u8(8)
                                        .u64(bits))))));
        var expression = TestExpression.of(bytes -> bytes.u8(DW_OP_entry_value.number())
                .block(nested -> nested.u8(DW_OP_regval_type.number()).uleb(17).uleb(TestTypes.DOUBLE))
                .u8(DW_OP_reinterpret.number())
                .uleb(TestTypes.LONG));
        var frame = called(CALLED + 4);

        assertThat(new ExpressionEvaluator(
                                program,
                                program.memory(),
                                frame,
                                new LocalValues.UnitContext(expression, EntryValues.of(program, frame)),
                                8)
                        .address(ExpressionEvaluator.parse(expression), OptionalLong.empty()))
                .isEqualTo(bits);
    }
}
