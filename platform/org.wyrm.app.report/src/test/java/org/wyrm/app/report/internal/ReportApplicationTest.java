package org.wyrm.app.report.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.app.report.internal.ReportApplication.Options;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.CommandResult;
import org.wyrm.platform.command.ProvidesReportSection;

@Timeout(60)
class ReportApplicationTest {
    private static final Options ALL = new Options(List.of(), List.of(), OptionalInt.empty(), Optional.empty(), false);

    private final ReportApplication report = new ReportApplication();
    private final Fake context = new Fake();

    /** A command of a section. */
    private interface Ran {
        CommandResult run(List<String> words, Cancellation token, OutputStream out) throws IOException;
    }

    private static class Fake implements ApplicationContext {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        private final List<Contribution<?>> sections = new ArrayList<>();
        private final ConcurrentLinkedQueue<List<String>> ran = new ConcurrentLinkedQueue<>();
        private final Cancellation cancellation = new Cancellation();
        private final Map<String, Ran> commands = new java.util.concurrent.ConcurrentHashMap<>();
        private String format = "text";
        private List<String> rowOptions = List.of();

        void section(String name, String command, Ran ran) {
            sections.add(new Declared(name, "The " + name, command));
            commands.put(command.split(" ")[0], ran);
        }

        void section(String name, String rows, CommandResult result) {
            section(name, name, (words, token, to) -> {
                to.write(rows.getBytes(StandardCharsets.UTF_8));
                return result;
            });
        }

        @Override
        public Optional<InputStream> standardInput() {
            return Optional.empty();
        }

        @Override
        public PrintStream out() {
            return out;
        }

        @Override
        public String format() {
            return format;
        }

        @Override
        public List<String> rowOptions() {
            return rowOptions;
        }

        @Override
        public String openTarget() {
            return "/var/crash/<vmcore>";
        }

        @Override
        public Set<String> commandNames() {
            throw new AssertionError("a report asks for no names");
        }

        @Override
        public void rows(List<String> words, Cancellation cancellation, Consumer<Map<String, @Nullable Object>> each) {
            throw new AssertionError("a report asks for text");
        }

        @Override
        public CommandResult run(List<String> words, Cancellation token, OutputStream rows) {
            ran.add(words);
            try {
                return commands.get(words.getFirst()).run(words, token, rows);
            } catch (CancelledException e) {
                return new CommandResult(130, 0, List.of());
            } catch (IOException e) {
                return new CommandResult(1, 0, List.of("cannot write the output: " + e.getMessage()));
            }
        }

        @Override
        public <T> T target(Class<T> type) {
            throw new UsageException("a report asks commands");
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public Contributions contributions() {
            return new Contributions() {
                @Override
                @SuppressWarnings("unchecked")
                public <T> List<Contribution<T>> of(Class<T> type) {
                    assertThat(type).isEqualTo(ProvidesReportSection.class);
                    return (List<Contribution<T>>) (List<?>) List.copyOf(sections);
                }
            };
        }

        @Override
        public void warn(String message) {
            throw new UsageException(message);
        }

        @Override
        public Progress progress() {
            return Progress.NONE;
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private record Declared(String name, String title, String command) implements Contribution<ProvidesReportSection> {
        @Override
        public String bundle() {
            return "org.example." + name;
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of("name", name, "title", title, "command", command);
        }

        @Override
        public Class<?> contributedClass() {
            return ProvidesReportSection.class;
        }

        @Override
        public ProvidesReportSection get() {
            throw new UsageException("a section has no object");
        }
    }

    private static CommandResult done(long rows, String... messages) {
        return new CommandResult(0, rows, List.of(messages));
    }

    @Test
    void tellsSectionsInTheirOrderWhateverBecomesOfOthers() {
        context.section("a", "one\n", done(1));
        context.section("b", "part\n", new CommandResult(5, 1, List.of("a warning", "cannot read 0x1")));
        context.section("c", "", new CommandResult(7, 0, List.of("it has no disks")));
        context.section("d", "", done(0));
        context.section("e", "five\n", done(1, "1 row holds values that could not be read"));

        assertThat(report.run(context, ALL)).isEqualTo(5);

        assertThat(context.text()).isEqualTo("""
                wyrm report of /var/crash/<vmcore>
                ==================================

                The a (a)
                ---------
                one

                The b (b)
                ---------
                part
                FAILED: a warning
                FAILED: cannot read 0x1

                The c (c)
                ---------
                not here: it has no disks

                The d (d)
                ---------
                none

                The e (e)
                ---------
                five
                note: 1 row holds values that could not be read
                """);
    }

    @Test
    void doesNotFailForWhatATargetHasNot() {
        context.section("c", "", new CommandResult(7, 0, List.of("it has no disks")));

        assertThat(report.run(context, ALL)).isZero();
    }

    @Test
    void passesOptionsOfRowsToCommands() {
        context.rowOptions = List.of("--limit", "3");
        context.section("a", "log  --last 10", (words, token, to) -> done(0));

        report.run(context, ALL);

        assertThat(context.ran).containsExactly(List.of("log", "--last", "10", "--limit", "3", "--format", "text"));
    }

    @Test
    void stopsWhatTakesTooLongAndAbandonsWhatDoesNotStop() {
        var never = new CountDownLatch(1);
        context.section("slow", "slow", (words, token, to) -> {
            to.write("begun\n".getBytes(StandardCharsets.UTF_8));
            while (true) {
                token.check();
                Thread.onSpinWait();
            }
        });
        context.section("deaf", "deaf", (words, token, to) -> {
            to.write("[half".getBytes(StandardCharsets.UTF_8));
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return done(1);
        });
        context.section("quick", "q\n", done(1));
        var options = new Options(List.of(), List.of(), OptionalInt.of(1), Optional.of("Title"), false);

        assertThat(report.run(context, options)).isEqualTo(1);

        assertThat(context.text())
                .startsWith("Title\n=====\n")
                .contains("begun\nFAILED: stopped after 1 s\n")
                .contains("----\nFAILED: abandoned: it did not stop when it was told to, after 1 s\n")
                .endsWith("-----\nq\n")
                .doesNotContain("half");
        never.countDown();
    }

    @Test
    void boundsWhatASectionHolds() {
        var kilobytes = new byte[1024];
        context.section("big", "big", (words, token, to) -> {
            while (true) {
                to.write(kilobytes);
            }
        });

        assertThat(report.run(context, ALL)).isEqualTo(1);

        assertThat(context.text()).contains("a section holds 16 MiB; --limit N shows N rows of each");
    }

    @Test
    void endsWhenItIsInterrupted() {
        context.section("slow", "slow", (words, token, to) -> {
            context.cancellation.cancel("interrupted");
            while (true) {
                token.check();
                Thread.onSpinWait();
            }
        });

        assertThatThrownBy(() -> report.run(context, ALL)).isInstanceOf(CancelledException.class);
    }

    @Test
    void isOfTheSectionsThatAreNamed() {
        context.section("a", "1\n", done(1));
        context.section("b", "2\n", done(1));
        context.section("c", "3\n", done(1));

        report.run(
                context, new Options(List.of("a,b", "c"), List.of("b"), OptionalInt.empty(), Optional.empty(), false));

        assertThat(context.ran).extracting(List::getFirst).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void refusesNamesOfNoSection() {
        context.section("a", "1\n", done(1));
        var options = new Options(List.of(), List.of("b"), OptionalInt.empty(), Optional.empty(), false);

        assertThatThrownBy(() -> report.run(context, options))
                .isInstanceOf(UsageException.class)
                .hasMessage("no section 'b'; there are a");
        assertThat(context.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesNoTime(int seconds) {
        var options = new Options(List.of(), List.of(), OptionalInt.of(seconds), Optional.empty(), false);

        assertThatThrownBy(() -> report.run(context, options)).isInstanceOf(UsageException.class);
    }

    @Test
    void refusesCsv() {
        context.format = "csv";

        assertThatThrownBy(() -> report.run(context, ALL))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("take text, html, json or jsonl");
    }

    @Test
    void saysNothingOfATargetThatCannotBeOpened() {
        var closed = new UnreadableTargetException("no such file");
        context.section("a", "1\n", done(1));

        assertThatThrownBy(() -> report.run(
                        new Fake() {
                            @Override
                            public String openTarget() {
                                throw closed;
                            }
                        },
                        ALL))
                .isSameAs(closed);
        assertThat(context.ran).isEmpty();
    }

    @Test
    void listsTheSections() {
        context.section("a", "bt --all", (words, token, to) -> done(0));

        report.run(context, new Options(List.of(), List.of(), OptionalInt.empty(), Optional.empty(), true));

        assertThat(context.text()).isEqualTo("""
                NAME  TITLE  COMMAND   PLUGIN
                a     The a  bt --all  org.example.a
                """);
        assertThat(context.ran).isEmpty();
    }

    @Test
    void isOneArrayOfJson() {
        context.format = "json";
        context.section("a", "[\n{\"x\":1}\n]\n", done(1));
        context.section("b", "", new CommandResult(2, 0, List.of("a \"quote\"")));

        report.run(context, ALL);

        assertThat(context.text().replaceAll("\"time_seconds\":[0-9.]+", "\"time_seconds\":0"))
                .isEqualTo("""
                [
                {"target":"/var/crash/<vmcore>","name":"a","title":"The a","command":"a","plugin":"org.example.a","code":0,\
                "messages":[],"time_seconds":0,"row_count":1,"rows":[
                {"x":1}
                ]},
                {"target":"/var/crash/<vmcore>","name":"b","title":"The b","command":"b","plugin":"org.example.b","code":2,\
                "messages":["a \\"quote\\""],"time_seconds":0,"row_count":0,"rows":null}
                ]
                """);
    }

    @Test
    void isASectionALineOfJsonLines() {
        context.format = "jsonl";
        context.section("a", "[\n{\"x\":1},\n{\"x\":2}\n]\n", done(2));

        report.run(context, ALL);

        assertThat(context.text())
                .endsWith("\"row_count\":2,\"rows\":[{\"x\":1},{\"x\":2}]}\n")
                .hasLineCount(1);
        assertThat(context.ran.peek()).endsWith("--format", "json");
    }

    @Test
    void isAPageThatEscapesWhatComesFromTheTarget() {
        context.format = "html";
        context.section("a", "<table></table>", done(1, "<script>alert(1)</script>"));
        context.section("b", "", new CommandResult(5, 0, List.of("cannot read 0x1")));
        context.section("c", "", new CommandResult(7, 0, List.of("it has no disks")));

        report.run(context, ALL);

        assertThat(context.text())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("<title>wyrm report of /var/crash/&lt;vmcore&gt;</title>")
                .contains("<div class=\"rows\"><table></table></div>")
                .contains("<p class=\"message\">&lt;script&gt;alert(1)&lt;/script&gt;</p>")
                .contains("<p class=\"message failed\">cannot read 0x1</p>")
                .contains("<p class=\"message absent\">it has no disks</p>")
                .contains("<li class=\"failed\"><a href=\"#b\">The b</a></li>")
                .doesNotContain("$TITLE", "$MADE", "<!-- ");
        assertThat(context.ran.peek()).endsWith("--format", "html");
    }
}
