package org.wyrm.script.java.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.script.ScriptContext;
import org.wyrm.platform.script.ScriptExit;
import org.wyrm.platform.script.ScriptSource;
import org.wyrm.program.TestProgram;
import org.wyrm.testkit.btf.BtfBuilder;

/** Source files of Java as scripts: what is run of them, and what is said where they are wrong. */
class JavaEngineTest {
    /** What the platform gives a script of this test. */
    private record Platform(PrintStream out, Cancellation cancellation) implements ScriptContext {
        @Override
        public <T> T target(Class<T> type) {
            var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
            types.integer("int", 4, 1);
            return type.cast(new TestProgram(types).u32(TestProgram.BASE, 7).open());
        }

        @Override
        public Contributions contributions() {
            throw new IllegalStateException("no script of this test asks");
        }

        @Override
        public Set<String> commandNames() {
            return Set.of("items");
        }

        @Override
        public void rows(List<String> words, Consumer<Map<String, @Nullable Object>> each) {
            words.forEach(word -> each.accept(Map.of("word", word)));
        }
    }

    private static String run(String script, String... arguments) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        run(script, out, new Cancellation(), arguments);
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }

    private static void run(String script, PrintStream out, Cancellation cancellation, String... arguments) {
        new JavaEngine()
                .run(
                        new ScriptSource("/tmp/my_script.java", script, List.of(arguments)),
                        new Platform(out, cancellation));
    }

    @Test
    void runsAFileWithoutAClass() {
        assertThat(run("""
                import org.wyrm.platform.script.Script;

                int twice(int number) {
                    return number * 2;
                }

                void main(String[] args) {
                    Script.context().out().println(twice(args.length) + args[1]);
                }
                """, "a", "b")).isEqualTo("4b");
    }

    @Test
    void runsTheMainOfAClass() {
        assertThat(run("""
                package some.where;

                import org.wyrm.platform.script.Script;
                import org.wyrm.program.Program;

                public class AnotherName {
                    private record Pair(int left, int right) {}

                    public static void main(String[] args) throws Exception {
                        var wyrm = Script.context();
                        var prog = wyrm.target(Program.class);
                        var found = new java.util.ArrayList<Object>();
                        wyrm.rows(java.util.List.of("items", "x"), row -> found.add(row.get("word")));
                        wyrm.out().println(found + " " + new Pair(1, 2) + " " + prog.bytes(org.wyrm.program.TestProgram.BASE, 4)[0]);
                    }
                }
                """)).isEqualTo("[items, x] Pair[left=1, right=2] 7");
    }

    @Test
    void throwsWhatTheScriptThrowsWithItsLine() {
        assertThatThrownBy(() ->
                        run("void main() throws java.io.IOException {\n  throw new java.io.IOException(\"x\");\n}"))
                .isInstanceOf(IOException.class)
                .satisfies(error -> {
                    var place = error.getStackTrace()[0];
                    assertThat(place.getFileName()).isEqualTo("my_script.java");
                    assertThat(place.getLineNumber()).isEqualTo(2);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"System.exit(3);", "Runtime.getRuntime().exit(3);", "Runtime.getRuntime().halt(3);"})
    void endsTheScriptWhereItEndsTheProcess(String end) {
        assertThatThrownBy(() -> run("void main() { for (int i = 0; ; i++) { if (i > 3) { " + end + " } } }"))
                .isInstanceOfSatisfying(
                        ScriptExit.class, exit -> assertThat(exit.code()).isEqualTo(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) {}",
                "for (int i = 0; ; i++) { if (i % 7 == 3) { continue; } }",
                "do { Runnable r = () -> {}; r.run(); } while (System.nanoTime() != 0);"
            })
    void stopsALoop(String loop) throws Exception {
        var cancellation = new Cancellation();
        var ended = CompletableFuture.runAsync(
                () -> run("void main() { " + loop + " }", new PrintStream(new ByteArrayOutputStream()), cancellation));

        cancellation.cancel("enough");

        assertThat(ended)
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(CancelledException.class);
    }

    @Test
    void tellsWhereTheSourceIsWrong() {
        assertThatThrownBy(() -> run("void main() {\n\tint number = \"text\";\n}"))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageStartingWith(
                        "/tmp/my_script.java:2: incompatible types: java.lang.String cannot be converted to int")
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        error -> assertThat(error.context()).hasValue("   int number = \"text\";\n                ^"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "class Other {}", "class Other { void main(int number) {} }", "void main(int number) {}"})
    void wantsAMain(String source) {
        assertThatThrownBy(() -> run(source))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageStartingWith("/tmp/my_script.java:")
                .hasMessageContaining(" main ");
    }
}
