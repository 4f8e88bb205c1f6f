package org.wyrm.unwind;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.wyrm.arch.Registers;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.testkit.dwarf.CallFrameBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** Stacks of any words, by tables and expressions of any bytes, end with a reason. See docs/help/fuzz.md. */
class UnwindFuzzTest {
    private static final long CODE = 0x40_1000;
    private static final int CODE_BYTES = 0x100;
    private static final String[] RELEASES = {"4.14.0", "5.12.0", "6.3.0", "6.4.0", "7.1.0"};
    private static final int WORDS = 64;
    private static final int MOST_CODE_BYTES = 0x60;

    @FuzzTest
    void anyStackIsFollowedToAnEnd(FuzzedDataProvider data) {
        var code = new TestCode();
        var program = BuiltFrame.program()
                .contribute(Language.class, new CLanguage())
                .symbol("function", CODE, CODE_BYTES)
                .with(made -> made.source(code));
        for (var word = 0; word < WORDS && data.remainingBytes() > 0; word++) {
            program.u64(TestProgram.BASE + 8L * word, word(data));
        }
        var registers = new Registers.Builder();
        for (var register = 0; register <= BuiltFrame.RIP; register++) {
            registers.set(register, word(data));
        }
        var isInterrupted = data.consumeBoolean();
        addTables(code, data);
        var bytes = part(data.consumeRemainingAsBytes());
        var local = new Local(
                "it",
                true,
                TestTypes.ref(TestTypes.PAIR),
                Optional.empty(),
                new LocalLocation.Computed(TestExpression.of(bytes).withFrameBase(TestExpression.of(bytes))));
        for (var address = CODE - 1; address < CODE + CODE_BYTES; address++) {
            code.scopes(address, new Scope(Scope.Kind.FUNCTION, Optional.empty(), List.of(local)))
                    .call(
                            address,
                            new CallSite(
                                    new CallSite.Target.Named("function"),
                                    List.of(new CallSite.Parameter(
                                            TestExpression.of(IN_RDI), TestExpression.of(bytes)))));
        }

        var trace = Unwinder.of(program.open()).trace(registers.build(), isInterrupted);

        for (var frame : trace.frames().subList(0, Math.min(4, trace.frames().size()))) {
            ask(frame, local);
        }
    }

    private static final Part IN_RDI = code -> code.u8(0x55);

    private static void ask(StackFrame frame, Local local) {
        try {
            frame.absence(local);
            frame.value(local).bytes();
        } catch (DebuggerException expected) {
            // The one way to say that an expression has no sense.
        }
    }

    /** {@return a number that may be of the stack or of the code: others end the trace} */
    private static long word(FuzzedDataProvider data) {
        return switch (data.consumeInt(0, 3)) {
            case 0 -> TestProgram.BASE + data.consumeInt(0, 8 * WORDS);
            case 1 -> CODE + data.consumeInt(0, CODE_BYTES);
            case 2 -> TestProgram.BASE + 8 * data.consumeInt(0, WORDS);
            default -> data.consumeLong();
        };
    }

    private static void addTables(TestCode code, FuzzedDataProvider data) {
        if (data.consumeBoolean()) {
            code.orc(data.pickValue(RELEASES), CODE, data.consumeShort(), data.consumeShort(), data.consumeShort());
        }
        if (data.consumeBoolean()) {
            code.table(TestCode.ofBytes(
                    data.consumeBytes(data.consumeInt(0, 8)),
                    data.consumeBytes(data.consumeInt(0, 12)),
                    data.pickValue(RELEASES)));
        }
        if (data.consumeBoolean()) {
            var program = part(data.consumeBytes(data.consumeInt(0, 40)));
            code.callFrames(CODE, CODE_BYTES, rules -> {
                TestCode.CALLED.addTo(rules);
                program.addTo(rules);
            });
        }
        if (data.consumeBoolean()) {
            var built = new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, true);
            var cie = built.cie(1, "zR", more -> more.uleb(1).u8(0), none -> {});
            built.fde(cie, head -> head.u64(CODE).u64(CODE_BYTES).uleb(0), TestCode.CALLED);
            var bytes = built.build();
            for (var changes = data.consumeInt(0, 4); changes > 0; changes--) {
                bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
            }
            code.table(TestCode.ofBytes(bytes));
        }
    }

    private static Part part(byte[] bytes) {
        var cut = Arrays.copyOf(bytes, Math.min(bytes.length, MOST_CODE_BYTES));
        return built -> {
            for (var each : cut) {
                built.u8(each);
            }
        };
    }
}
