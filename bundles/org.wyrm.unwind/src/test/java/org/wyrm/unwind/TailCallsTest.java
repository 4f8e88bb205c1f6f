package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwOperation.*;
import static org.wyrm.unwind.BuiltFrame.RBX;
import static org.wyrm.unwind.BuiltFrame.RDI;
import static org.wyrm.unwind.BuiltFrame.RIP;
import static org.wyrm.unwind.BuiltFrame.RSP;
import static org.wyrm.unwind.TestCode.CALLED;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.CallSite.Parameter;
import org.wyrm.symbols.CallSite.Target;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.TailCall;

/** A stack of two frames: {@code main} called something, and {@code last} will return to it. */
class TailCallsTest {
    private static final long STACK = TestProgram.BASE + 0x100;
    private static final long MAIN = TestProgram.BASE + 0x1000;
    private static final long FIRST = 0x40_2000;
    private static final long SECOND = 0x40_3000;
    private static final long THIRD = 0x40_4000;
    private static final long LAST = 0x40_5000;
    private static final int CODE_BYTES = 0x100;
    private static final int CALL = 0xe8;

    private final TestCode code =
            new TestCode().callFrames(MAIN, CODE_BYTES, CALLED).callFrames(LAST, CODE_BYTES, CALLED);
    private final TestProgram program = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .symbol("main", MAIN, CODE_BYTES)
            .symbol("first", FIRST, CODE_BYTES)
            .symbol("second", SECOND, CODE_BYTES)
            .symbol("third", THIRD, CODE_BYTES)
            .symbol("last", LAST, CODE_BYTES)
            .with(made -> made.source(code))
            .u64(STACK, MAIN + 5)
            .u64(STACK + 8, 0);

    private static Target function(long address) {
        return new Target.Function(address);
    }

    private void calls(Target target) {
        code.call(MAIN + 5, new CallSite(target, List.of()));
    }

    private StackTrace trace() {
        return Unwinder.of(program.open()).trace(BuiltFrame.registers(RIP, LAST + 9, RSP, STACK, RBX, 3, RDI, 4), true);
    }

    /** {@return the functions, those that ended by a jump with a sign} */
    private List<String> functions() {
        return trace().frames().stream()
                .map(frame -> frame.function().orElse("?") + (frame.isTailCall() ? "!" : ""))
                .toList();
    }

    @Test
    void functionsThatEndedByAJumpAreBetweenTheCallAndWhatReturnsToIt() {
        calls(function(FIRST));
        code.tailCalls(FIRST, new TailCall(FIRST + 0x20, new Target.Named("second")))
                .tailCalls(
                        SECOND,
                        new TailCall(SECOND + 0x10, function(MAIN)),
                        new TailCall(SECOND + 0x30, function(LAST)));

        assertThat(functions()).containsExactly("last", "second!", "first!", "main");
    }

    @Test
    void theyHaveTheRegistersThatTheirCallerGetsBackAndNoPlaceOnTheStack() {
        calls(function(FIRST));
        code.tailCalls(FIRST, new TailCall(FIRST + 0x20, function(LAST)));

        var frame = trace().frames().get(1);

        assertThat(frame.pc()).isEqualTo(FIRST + 0x20);
        assertThat(frame.cfa()).isEmpty();
        assertThat(frame.isInterrupted()).isFalse();
        assertThat(frame.registers().get(RBX)).hasValue(3);
        assertThat(frame.registers().has(RDI)).isFalse();
        assertThat(frame.foundBy()).contains(UnwindMethod.TAIL_CALL);
    }

    @Test
    void whatTheyPassedOnIsKnown() {
        var inRdi = TestExpression.of(bytes -> bytes.u8(DW_OP_reg5.number()));
        var entry = TestExpression.of(bytes -> bytes.u8(DW_OP_entry_value.number())
                .block(nested -> nested.u8(DW_OP_reg5.number()))
                .u8(DW_OP_plus_uconst.number())
                .uleb(1));
        var seven = TestExpression.of(bytes -> bytes.u8(DW_OP_lit7.number()));
        code.call(MAIN + 5, new CallSite(function(FIRST), List.of(new Parameter(inRdi, seven))))
                .call(FIRST + 0x20, new CallSite(function(LAST), List.of(new Parameter(inRdi, entry))))
                .tailCalls(FIRST, new TailCall(FIRST + 0x20, function(LAST)));
        code.frames(LAST + 9, new SourceFrame(Optional.of("last"), Optional.empty(), false))
                .scopes(
                        LAST + 9,
                        new Scope(
                                Scope.Kind.FUNCTION,
                                Optional.empty(),
                                List.of(new Local(
                                        "passed",
                                        true,
                                        TestTypes.ref(TestTypes.INT),
                                        Optional.empty(),
                                        new LocalLocation.Computed(
                                                TestExpression.of(bytes -> bytes.u8(DW_OP_entry_value.number())
                                                        .block(nested -> nested.u8(DW_OP_reg5.number()))
                                                        .u8(DW_OP_stack_value.number())))))));

        var passed = trace().frames().getFirst().find("passed").orElseThrow();

        assertThat(passed.longValue()).isEqualTo(8);
    }

    @Test
    void ofSeveralWaysWhatTheyHaveInCommonIsShown() {
        calls(function(FIRST));
        var toSecond = new TailCall(FIRST + 0x20, function(SECOND));
        var toThird = new TailCall(FIRST + 0x40, function(THIRD));
        code.tailCalls(FIRST, toSecond, toThird)
                .tailCalls(SECOND, new TailCall(SECOND + 0x10, function(LAST)))
                .tailCalls(THIRD, new TailCall(THIRD + 0x10, function(LAST)));
        assertThat(functions()).containsExactly("last", "main");

        code.tailCalls(THIRD, new TailCall(THIRD + 0x10, function(SECOND)));
        assertThat(functions()).containsExactly("last", "second!", "main");

        code.tailCalls(FIRST, toThird)
                .tailCalls(
                        THIRD, new TailCall(THIRD + 0x10, function(LAST)), new TailCall(THIRD + 0x20, function(LAST)));
        assertThat(functions()).containsExactly("last", "first!", "main");
    }

    @Test
    void thereAreNoneWhereAWayMayBeUnknown() {
        calls(function(FIRST));
        code.tailCalls(
                FIRST, new TailCall(FIRST + 0x20, function(LAST)), new TailCall(FIRST + 0x40, new Target.Unknown()));
        assertThat(functions()).containsExactly("last", "main");

        calls(new Target.Unknown());
        assertThat(functions()).containsExactly("last", "main");

        calls(new Target.Named("of no file"));
        assertThat(functions()).containsExactly("last", "main");
    }

    @Test
    void jumpsInACircleEnd() {
        calls(function(FIRST));
        code.tailCalls(FIRST, new TailCall(FIRST + 0x20, function(SECOND)))
                .tailCalls(
                        SECOND,
                        new TailCall(SECOND + 0x20, function(FIRST)),
                        new TailCall(SECOND + 0x40, function(LAST)));

        assertThat(functions()).containsExactly("last", "second!", "first!", "main");
    }

    @Test
    void aNumberOfWaysThatNobodyCanFollowEnds() {
        calls(function(FIRST));
        var functions = new long[40];
        for (var index = 0; index < functions.length; index++) {
            functions[index] = 0x50_0000 + 0x1000L * index;
        }
        code.tailCalls(FIRST, new TailCall(FIRST + 8, function(functions[0])));
        for (var index = 0; index < functions.length; index++) {
            var next = function(index + 1 < functions.length ? functions[index + 1] : LAST);
            code.tailCalls(
                    functions[index],
                    new TailCall(functions[index] + 8, next),
                    new TailCall(functions[index] + 16, next));
        }

        assertThat(functions()).containsExactly("last", "main");
    }

    @Test
    void whereTheCodeCallsTheFunctionItselfNobodyIsAsked() {
        program.u8(MAIN, CALL).u32(MAIN + 1, (int) (LAST - (MAIN + 5)));
        calls(function(FIRST));
        code.tailCalls(FIRST, new TailCall(FIRST + 0x20, function(LAST)));

        assertThat(functions()).containsExactly("last", "main");
    }
}
