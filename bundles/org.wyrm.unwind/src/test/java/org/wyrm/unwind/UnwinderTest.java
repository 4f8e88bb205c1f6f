package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.unwind.BuiltFrame.RAX;
import static org.wyrm.unwind.BuiltFrame.RBP;
import static org.wyrm.unwind.BuiltFrame.RIP;
import static org.wyrm.unwind.BuiltFrame.RSP;
import static org.wyrm.unwind.TestCode.CALLED;
import static org.wyrm.unwind.TestCode.cfa;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.arch.Registers;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;
import org.wyrm.unwind.spi.ThreadFinder;

class UnwinderTest {
    private static final long STACK = TestProgram.BASE + 0x100;
    private static final long FIRST = 0x40_1000;
    private static final long SECOND = 0x40_2000;
    private static final long THIRD = 0x40_3000;
    private static final int CODE_BYTES = 0x100;
    private static final String RELEASE = "6.4.0";
    private static final int ORC_CALL_SP = 0x205;
    private static final int ORC_CALL_SP_INDIRECT = 0x209;
    private static final int ORC_END = 0x100;
    private static final int ORC_UNDEFINED = 0;
    private static final int CALL = 0xe8;
    private static final int UNKNOWN_INSTRUCTION = 0x3e;

    private final TestCode code = new TestCode();
    private final TestProgram program = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .symbol("first", FIRST, CODE_BYTES)
            .symbol("second", SECOND, CODE_BYTES)
            .symbol("third", THIRD, CODE_BYTES)
            .with(made -> made.source(code));

    private StackTrace trace(Registers registers) {
        return Unwinder.of(program.open()).trace(registers, true);
    }

    private StackTrace trace() {
        return trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK));
    }

    private static List<String> functions(StackTrace trace) {
        return trace.frames().stream()
                .map(frame -> frame.function().orElse("?"))
                .toList();
    }

    private static List<UnwindMethod> methods(StackTrace trace) {
        return trace.frames().stream()
                .flatMap(frame -> frame.foundBy().stream())
                .toList();
    }

    @Test
    void callFrameInformationLeadsToTheBeginning() {
        code.callFrames(FIRST, CODE_BYTES, CALLED).callFrames(SECOND, CODE_BYTES, CALLED);
        program.u64(STACK, SECOND + 5).u64(STACK + 8, 0);

        var trace = trace();

        assertThat(functions(trace)).containsExactly("first", "second");
        assertThat(trace.problem()).isEmpty();
        assertThat(trace.frames().getFirst().lookupAddress()).isEqualTo(FIRST);
        var second = trace.frames().getLast();
        assertThat(second.pc()).isEqualTo(SECOND + 5);
        assertThat(second.lookupAddress()).isEqualTo(SECOND + 4);
        assertThat(second.symbolOffset()).hasValue(5);
        assertThat(second.stackPointer()).hasValue(STACK + 8);
        assertThat(second.cfa()).hasValue(STACK + 16);
        assertThat(second.isInterrupted()).isFalse();
    }

    @Test
    void aCallAtTheEndOfAFunctionIsOfThatFunction() {
        code.callFrames(FIRST, CODE_BYTES, CALLED);
        program.u64(STACK, THIRD).symbol("before third", THIRD - 0x10, 0x10);

        assertThat(functions(trace())).containsExactly("first", "before third");
    }

    @Test
    void aSignalFrameInterruptsItsCaller() {
        code.signalFrames(FIRST, CODE_BYTES, CALLED);
        program.u64(STACK, SECOND);

        var second = trace().frames().getLast();

        assertThat(second.isInterrupted()).isTrue();
        assertThat(second.function()).hasValue("second");
        assertThat(second.lookupAddress()).isEqualTo(SECOND);
    }

    @Test
    void aHandlerReturnsToTheFirstByteOfATrampoline() {
        code.callFrames(FIRST, CODE_BYTES, CALLED).signalFrames(SECOND - 1, CODE_BYTES, CALLED);
        program.u64(STACK, SECOND).u64(STACK + 8, THIRD);

        var trace = trace();

        assertThat(functions(trace)).containsExactly("first", "second", "third");
        assertThat(trace.frames().get(1).lookupAddress()).isEqualTo(SECOND);
        assertThat(trace.frames().get(1).isInterrupted()).isFalse();
        assertThat(trace.frames().getLast().isInterrupted()).isTrue();
    }

    @Nested
    class Preference {
        @Test
        void callFrameInformationCountsBeforeOrc() {
            code.orc(RELEASE, FIRST, 16, 0, ORC_CALL_SP).callFrames(FIRST, CODE_BYTES, CALLED);
            program.u64(STACK, SECOND + 5).u64(STACK + 8, THIRD + 5);

            assertThat(functions(trace())).startsWith("first", "second");
            assertThat(methods(trace())).startsWith(UnwindMethod.CALL_FRAMES);
        }

        @Test
        void orcCountsWhereStacksAreSwitched() {
            code.orc(RELEASE, FIRST, 8, 0, ORC_CALL_SP_INDIRECT).callFrames(FIRST, CODE_BYTES, CALLED);
            program.u64(STACK, STACK + 0x100).u64(STACK + 0x100, SECOND + 5);

            assertThat(functions(trace())).startsWith("first", "second");
            assertThat(methods(trace())).startsWith(UnwindMethod.ORC);
        }

        @Test
        void orcEndsTheStack() {
            code.orc(RELEASE, FIRST, 0, 0, ORC_END).callFrames(FIRST, CODE_BYTES, CALLED);
            program.u64(STACK, SECOND + 5);

            assertThat(functions(trace())).containsExactly("first");
            assertThat(trace().problem()).isEmpty();
        }

        @Test
        void framePointersCountWhereOrcKnowsNothing() {
            code.orc(RELEASE, FIRST, 0, 0, ORC_UNDEFINED);
            program.u64(STACK, 0).u64(STACK + 8, SECOND + 5);

            assertThat(methods(trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, STACK))))
                    .containsExactly(UnwindMethod.FRAME_POINTER);
        }

        @ParameterizedTest
        @CsvSource({"4.14.0, 0x005", "5.12.0, 0x005", "6.3.0, 0x005", "6.4.0, 0x205", "7.1.0, 0x203"})
        void orcOfEachLayoutLeadsToTheCaller(String release, String flags) {
            code.orc(release, FIRST, 8, 0, Integer.decode(flags));
            program.u64(STACK, SECOND + 5).u64(STACK + 8, 0);

            assertThat(functions(trace())).containsExactly("first", "second");
            assertThat(methods(trace())).containsExactly(UnwindMethod.ORC);
        }
    }

    @Nested
    class FramePointers {
        @Test
        void leadToTheBeginning() {
            program.u64(STACK, STACK + 0x20)
                    .u64(STACK + 8, SECOND + 5)
                    .u64(STACK + 0x20, 0)
                    .u64(STACK + 0x28, THIRD + 5);

            var trace = trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK - 8, RBP, STACK));

            assertThat(functions(trace)).containsExactly("first", "second", "third");
            assertThat(trace.problem())
                    .hasValueSatisfying(
                            problem -> assertThat(problem).contains("nothing tells of the caller of 0x403004"));
        }

        @Test
        void leadOnlyToCode() {
            program.u64(STACK, 0).u64(STACK + 8, 0x1234);

            assertThat(functions(trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, STACK))))
                    .containsExactly("first");
        }

        @Test
        void mayBeThatOfPtRegs() {
            var regs = STACK + 0x40;
            program.u64(regs + 8 * 16, SECOND).u64(regs + 8 * 19, STACK + 0x200);

            var trace = trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, regs | 1));

            assertThat(functions(trace)).containsExactly("first", "second");
            assertThat(trace.frames().getLast().isInterrupted()).isTrue();
            assertThat(trace.frames().getLast().stackPointer()).hasValue(STACK + 0x200);
        }

        @Test
        void areNotTakenForACallOfNothing() {
            code.callFrames(SECOND, CODE_BYTES, CALLED);
            program.u64(STACK, SECOND + 5).u64(STACK + 8, 0);

            var trace = trace(BuiltFrame.registers(RIP, 0, RSP, STACK, RBP, 0x10));

            assertThat(functions(trace)).containsExactly("?", "second");
            assertThat(trace.frames().getLast().lookupAddress()).isEqualTo(SECOND + 4);
            assertThat(trace.problem()).isEmpty();
        }

        @Test
        void ofUserSpaceAreAnotherProgram() {
            var regs = STACK + 0x40;
            program.u64(regs + 8 * 16, SECOND)
                    .u64(regs + 8 * 17, 0x33)
                    .u64(regs + 8 * 19, STACK + 0x200)
                    .with(made -> made.extension(ThreadFinder.class, new TestKernel()));

            var trace = trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, regs | 1));

            assertThat(trace.frames()).hasSize(2);
            assertThat(trace.frames().getLast().isUserSpace()).isTrue();
            assertThat(trace.frames().getLast().function()).isEmpty();
            assertThat(trace.problem()).isEmpty();
        }
    }

    @Test
    void withoutATableACallOfTheFunctionIsLookedForOnTheStack() {
        var function = TestProgram.BASE + 0x4000;
        var caller = TestProgram.BASE + 0x5000;
        program.symbol("function", function, CODE_BYTES)
                .symbol("caller", caller, CODE_BYTES)
                .u8(caller, CALL)
                .u32(caller + 1, (int) (function - caller - 5))
                .u64(STACK, SECOND + 5)
                .u64(STACK + 8, caller + 5);

        var trace = trace(BuiltFrame.registers(RIP, function, RSP, STACK));

        assertThat(functions(trace)).containsExactly("function", "caller");
        assertThat(methods(trace)).containsExactly(UnwindMethod.STACK_SEARCH);
        assertThat(trace.frames().getLast().stackPointer()).hasValue(STACK + 16);
    }

    @Nested
    class Partial {
        private void assertEnds(StackTrace trace, int frameCount, String reason) {
            assertThat(trace.frames()).hasSize(frameCount);
            assertThat(trace.problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains(reason));
        }

        @Test
        void withoutAProgramCounterThereIsNoFrame() {
            assertEnds(trace(BuiltFrame.registers(RSP, STACK)), 0, "the program counter is not known");
        }

        @Test
        void withoutTablesThereIsOneFrame() {
            assertEnds(trace(), 1, "nothing tells of the caller of 0x401000");
        }

        @Test
        void aStackThatCannotBeReadEndsIt() {
            code.callFrames(FIRST, CODE_BYTES, CALLED);

            assertEnds(trace(BuiltFrame.registers(RIP, FIRST, RSP, 0x10)), 1, "cannot read virtual address");
        }

        @Test
        void aCircleEndsIt() {
            Part ofFramePointer = rules -> rules.u8s(cfa("DW_CFA_def_cfa"), RBP, 16, cfa("DW_CFA_offset") | RIP, 1);
            code.callFrames(FIRST, CODE_BYTES, ofFramePointer);
            program.u64(STACK + 8, FIRST + 5);

            var trace = trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, STACK));

            assertEnds(trace, 2, "the stack leads in a circle, to 0x401005");
        }

        @Test
        void moreFramesThanThereCanBeEndIt() {
            code.callFrames(FIRST, CODE_BYTES, CALLED);
            for (var word = 0; word < 1100; word++) {
                program.u64(STACK + 8L * word, FIRST + 5);
            }

            assertEnds(trace(), Unwinder.MAX_FRAMES, "more than 1024 frames");
        }

        @Test
        void aCallerWhoseProgramCounterIsNotKnownEndsIt() {
            code.callFrames(FIRST, CODE_BYTES, rules -> rules.u8s(cfa("DW_CFA_def_cfa"), RSP, 8));

            assertEnds(trace(), 1, "program counter or stack pointer is not known");
        }

        @Test
        void damagedCallFramesEndItUnlessThereIsAnother() {
            code.callFrames(FIRST, CODE_BYTES, damaged -> damaged.u8(UNKNOWN_INSTRUCTION));
            program.u64(STACK, SECOND + 5);
            assertEnds(trace(), 1, ".eh_frame");
            assertEnds(trace(), 1, "call frame instruction 0x3e is not known");

            code.callFrames(FIRST, CODE_BYTES, CALLED);
            assertThat(functions(trace())).startsWith("first", "second");
        }

        @Test
        void entriesThatCannotBeDecodedAreTheReasonIfNothingElseHelps() {
            code.table(TestCode.ofBytes(new byte[] {2, 0, 0, 0, 1, 1}));

            assertEnds(trace(), 1, ".eh_frame+0x0");
        }

        @Test
        void damagedCallFramesLeaveOrc() {
            code.callFrames(FIRST, CODE_BYTES, damaged -> damaged.u8(UNKNOWN_INSTRUCTION))
                    .orc(RELEASE, FIRST, 8, 0, ORC_CALL_SP);
            program.u64(STACK, SECOND + 5);

            assertThat(functions(trace())).startsWith("first", "second");
        }

        @Test
        void aDamagedOrcTableEndsIt() {
            code.table(TestCode.ofBytes(new byte[7], new byte[6], RELEASE));

            assertEnds(trace(), 1, ".orc_unwind");
        }

        @Test
        void anOrcTableOfAnUnknownLayoutEndsIt() {
            code.orc("3.10.0", FIRST, 8, 0, ORC_CALL_SP);

            assertEnds(trace(), 1, "3.10.0");
        }

        @Test
        void tablesThatCannotBeHadAreTheReasonIfNothingElseHelps() {
            code.failure(new OperationFailedException("the disk is gone"));
            assertEnds(trace(), 1, "the disk is gone");

            program.u64(STACK, 0).u64(STACK + 8, SECOND + 5);
            assertThat(functions(trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RBP, STACK))))
                    .containsExactly("first", "second");
        }
    }

    @Test
    void cancellationIsNoPartialTrace() {
        var token = new Cancellation();
        token.cancel("stopped");

        var unwinder = Unwinder.of(program.open().with(token));

        assertThatThrownBy(() -> unwinder.trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK), true))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void anArchitectureWithoutAnAbiIsNotUnwound() {
        var other = new TestProgram(new org.wyrm.testkit.btf.BtfBuilder(java.nio.ByteOrder.LITTLE_ENDIAN)).open();

        assertThatThrownBy(() -> Unwinder.of(other)).isInstanceOf(UnsupportedTargetException.class);
    }

    @Test
    void inlinedFunctionsShareAFrame() {
        var constant = new LocalLocation.Constant(5);
        code.frames(
                        FIRST,
                        new SourceFrame(Optional.of("inner"), Optional.of(new SourcePlace("a.h", 3, 0)), true),
                        new SourceFrame(Optional.of("first"), Optional.of(new SourcePlace("a.c", 9, 0)), false))
                .scopes(
                        FIRST,
                        scope(Scope.Kind.BLOCK, "b", constant),
                        scope(Scope.Kind.INLINED, "i", constant),
                        scope(Scope.Kind.BLOCK, "c", constant),
                        scope(Scope.Kind.FUNCTION, "f", new LocalLocation.Absent("optimized out")));

        var frames = trace().frames();

        assertThat(functions(trace())).containsExactly("inner", "first");
        assertThat(frames.getFirst().isInlined()).isTrue();
        assertThat(frames.getFirst().locals().stream().map(Local::name)).containsExactly("b", "i");
        assertThat(frames.getLast().locals().stream().map(Local::name)).containsExactly("c", "f");
        assertThat(frames.getLast().index()).isEqualTo(1);
        assertThat(frames.getLast().place()).hasToString("Optional[a.c:9]");
        assertThat(frames.getFirst().find("i").orElseThrow().longValue()).isEqualTo(5);
        assertThat(frames.getFirst().find("f")).isEmpty();
        assertThat(frames.getLast().find("f").orElseThrow().absence()).isPresent();
    }

    private static Scope scope(Scope.Kind kind, String name, LocalLocation location) {
        var local = new Local(name, false, TestTypes.ref(TestTypes.INT), Optional.empty(), location);
        return new Scope(kind, Optional.empty(), List.of(local));
    }

    @Test
    void registersAreNamesOfAFrame() {
        code.callFrames(FIRST, CODE_BYTES, CALLED);
        program.u64(STACK, SECOND + 5);
        var trace = trace(BuiltFrame.registers(RIP, FIRST, RSP, STACK, RAX, -1));

        var first = trace.frames().getFirst();
        assertThat(first.find("$rip").orElseThrow().longValue()).isEqualTo(FIRST);
        assertThat(first.find("$rax").orElseThrow().longValue()).isEqualTo(-1);
        assertThat(first.find("$nothing")).isEmpty();
        assertThatThrownBy(() -> trace.frames().getLast().find("$rax"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("frame 1 has lost it");
    }
}
