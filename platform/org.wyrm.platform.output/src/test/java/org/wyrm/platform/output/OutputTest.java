package org.wyrm.platform.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.DetailRow;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.TextRow;

class OutputTest {
    private static final Attempt<String> FAULT =
            new Attempt.Failure<>(new FaultException(AddressSpace.VIRTUAL, 0x1000, "not in the dump"));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Output output = new Output(bytes, ProgressLine.off());

    record Task(int pid, String comm, Optional<ByteSize> rss) {}

    record Named(String name) {}

    record Tried(int pid, Attempt<String> comm) {}

    record Inner(int number, ByteSize size) {}

    record Mixed(
            VirtualAddress task,
            PhysicalAddress frame,
            OptionalInt cpu,
            OptionalLong none,
            boolean kernelThread,
            Layout layout,
            Inner inner,
            List<Inner> list,
            List<String> names,
            Instant when,
            Duration uptime,
            double load,
            long all) {}

    record Line(String text) implements TextRow {
        @Override
        public String toText() {
            return "> " + text;
        }
    }

    private static Mixed mixed() {
        return new Mixed(
                new VirtualAddress(0xffff888003a1c000L),
                new PhysicalAddress(0x1000),
                OptionalInt.of(3),
                OptionalLong.empty(),
                true,
                Layout.TABLE,
                new Inner(1, new ByteSize(2)),
                List.of(new Inner(3, new ByteSize(4))),
                List.of("a", "b"),
                Instant.parse("2026-11-01T00:00:00Z"),
                Duration.ofMillis(90_061_500),
                0.39404296875,
                Long.MAX_VALUE);
    }

    private String written(Format format, Layout layout, Record... rows) {
        output.rows(new Settings(format, OptionalLong.empty(), false), layout, List.of(), Stream.of(rows));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Nested
    class ATable {
        @Test
        void hasAHeaderAndAlignsNumbersToTheRight() {
            assertThat(written(
                            Format.TEXT,
                            Layout.TABLE,
                            new Task(1, "init", Optional.of(new ByteSize(4096))),
                            new Task(4711, "a", Optional.empty())))
                    .isEqualTo("""
                             PID  COMM      RSS
                               1  init  4.0 KiB
                            4711  a           -
                            """);
        }

        @Test
        void withoutRowsHasTheHeaderThatIsKnown() {
            output.rows(
                    Settings.PLAIN,
                    Layout.TABLE,
                    List.of(new Column("pid", "I"), new Column("comm", "Ljava/lang/String;")),
                    Stream.empty());

            assertThat(bytes).hasToString("PID  COMM\n");
        }

        @Test
        void showsAValueThatCannotBeReadAndCountsItsRow() {
            var failures = output.rows(
                    Settings.PLAIN,
                    Layout.TABLE,
                    List.of(),
                    Stream.of(new Tried(1, FAULT), new Tried(2, new Attempt.Success<>("ok"))));

            assertThat(failures).isEqualTo(1);
            assertThat(output.rowCount()).isEqualTo(2);
            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                            PID  COMM
                              1  <cannot read virtual address 0x0000000000001000: not in the dump>
                              2  ok
                            """);
        }

        @Test
        void isWrittenAsItComesOnceTheFirstRowsAreMeasured() {
            var seen = new int[1];
            var rows = IntStream.range(0, 10_000).mapToObj(i -> {
                seen[0] = Math.max(seen[0], bytes.size());
                return new Named("row " + i);
            });

            output.rows(Settings.PLAIN, Layout.TABLE, List.of(), rows);

            assertThat(seen[0]).isPositive();
            assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(10_001);
        }

        @Test
        void neverLetsControlCharactersOfATargetThrough() {
            var hostile = "a\u001b[2Jb\u0007\nc\u009b1m\u202ed\ud800e\ttab";

            var text = written(Format.TEXT, Layout.TABLE, new Named(hostile));

            assertThat(text).isEqualTo("NAME\na\\x1b[2Jb\\x07\\nc\\x9b1m\\u202ed\\ud800e\\ttab\n");
        }

        @Test
        void keepsLettersOfAllScripts() {
            assertThat(written(Format.TEXT, Layout.TABLE, new Named("naïve 日本 🐉")))
                    .endsWith("naïve 日本 🐉\n");
        }

        @Test
        void hasABoldHeaderInColor() {
            output.rows(
                    new Settings(Format.TEXT, OptionalLong.empty(), true),
                    Layout.TABLE,
                    List.of(),
                    Stream.of(new Named("x")));

            assertThat(bytes).hasToString("\u001b[1mNAME\u001b[0m\nx\n");
        }

        @Test
        void hasRedErrorsInColorThatMoveNothing() {
            record Read(Attempt<String> value, String next) {}

            output.rows(
                    new Settings(Format.TEXT, OptionalLong.empty(), true),
                    Layout.TABLE,
                    List.of(),
                    Stream.of(
                            new Read(new Attempt.Failure<>(new UsageException("no")), "a"),
                            new Read(new Attempt.Success<>("<yes>"), "b")));

            assertThat(bytes).hasToString("\u001b[1mVALUE  NEXT\u001b[0m\n\u001b[31m<no>\u001b[0m   a\n<yes>  b\n");
        }

        @Test
        void hasPartsInColorAndNoEscapesOfItsOwn() {
            record Line(String text) implements TextRow {
                @Override
                public String toText() {
                    return text;
                }

                @Override
                public void forEachSpan(String shown, Consumer<Span> spans) {
                    spans.accept(new Span(1, 3, Span.Kind.TYPE));
                    spans.accept(new Span(4, 6, Span.Kind.STRING));
                }
            }
            var row = new Line("abcd\u001bef");

            output.rows(new Settings(Format.TEXT, OptionalLong.empty(), true), Layout.TEXT, List.of(), Stream.of(row));

            assertThat(bytes).hasToString("a\u001b[36mbc\u001b[0md\u001b[32m\\x1be\u001b[0mf\n");
            assertThat(written(Format.TEXT, Layout.TEXT, row)).endsWith("abcd\\x1bef\n");
        }

        @Test
        void isAsWideAsTheTerminalSays() {
            assertThat(Output.columns("24 80")).hasValue(80);
            assertThat(Output.columns("132")).hasValue(132);
            assertThat(Stream.of("0 0", "", "null", "wide", "99999999999").map(Output::columns))
                    .allMatch(OptionalInt::isEmpty);
        }

        @Test
        void showsSizesAndTimesWithUnits() {
            record Units(ByteSize a, ByteSize b, ByteSize c, ByteSize d, Duration e, double f) {}

            assertThat(written(
                            Format.TEXT,
                            Layout.TABLE,
                            new Units(
                                    new ByteSize(1023),
                                    new ByteSize(1536),
                                    new ByteSize(1L << 40),
                                    new ByteSize(-1),
                                    Duration.ofSeconds(93_784),
                                    0.394)))
                    .endsWith("1023 B  1.5 KiB  1.0 TiB  16.0 EiB  1 day 02:03:04  0.39\n");
        }
    }

    @Nested
    class Blocks {
        @Test
        void haveALineAComponent() {
            assertThat(written(
                            Format.TEXT,
                            Layout.DETAIL,
                            new Task(1, "two\nlines", Optional.empty()),
                            new Task(2, "b", Optional.empty())))
                    .isEqualTo("""
                             PID: 1
                            COMM: two
                                  lines
                             RSS: -

                             PID: 2
                            COMM: b
                             RSS: -
                            """);
        }

        /** All of a thing. */
        record Whole(int pid, String comm) implements DetailRow {}

        @Test
        void areThoseOfATableThatWantToBe() {
            assertThat(written(Format.TEXT, Layout.TABLE, new Whole(1, "a"), new Whole(2, "b")))
                    .isEqualTo("""
                             PID: 1
                            COMM: a

                             PID: 2
                            COMM: b
                            """);
        }
    }

    @Nested
    class TextRows {
        @Test
        void sayThemselvesHowTheyLook() {
            assertThat(written(Format.TEXT, Layout.TEXT, new Line("a\u001bb\nc")))
                    .isEqualTo("> a\\x1bb\nc\n");
        }

        @Test
        void areObjectsInJson() {
            assertThat(written(Format.JSONL, Layout.TEXT, new Line("a"))).isEqualTo("{\"text\":\"a\"}\n");
        }
    }

    @Nested
    class Json {
        @Test
        void isOneArray() {
            assertThat(written(Format.JSON, Layout.TABLE, new Named("a"), new Named("b")))
                    .isEqualTo("[\n{\"name\":\"a\"},\n{\"name\":\"b\"}\n]\n");
        }

        @Test
        void ofNoRowsIsAnEmptyArray() {
            assertThat(written(Format.JSON, Layout.TABLE)).isEqualTo("[]\n");
        }

        @Test
        void writesEachTypeInItsForm() {
            assertThat(written(Format.JSONL, Layout.TABLE, mixed()))
                    .isEqualTo("{\"task\":\"0xffff888003a1c000\",\"frame\":\"0x0000000000001000\",\"cpu\":3,"
                            + "\"none\":null,\"kernel_thread\":true,\"layout\":\"TABLE\","
                            + "\"inner\":{\"number\":1,\"size_bytes\":2},"
                            + "\"list\":[{\"number\":3,\"size_bytes\":4}],\"names\":[\"a\",\"b\"],"
                            + "\"when\":\"2026-11-01T00:00:00Z\",\"uptime_seconds\":90061.5,"
                            + "\"load\":0.39404296875,\"all\":9223372036854775807}\n");
        }

        @Test
        void hasAnErrorWhereAValueCannotBeRead() {
            assertThat(written(Format.JSONL, Layout.TABLE, new Tried(1, FAULT)))
                    .isEqualTo("{\"pid\":1,\"comm\":{\"error\":\"cannot read virtual address 0x0000000000001000:"
                            + " not in the dump\"}}\n");
        }

        @Test
        void hasMapsAsObjectsAndWorksOutWhatIsLate() {
            record Late(String name, Supplier<Object> value) {}
            var late = new Late("a", () -> new TreeMap<>(Map.of("x\"", 1, "y", List.of(FAULT))));

            assertThat(written(Format.JSONL, Layout.TABLE, late))
                    .isEqualTo("{\"name\":\"a\",\"value\":{\"x\\\"\":1,\"y\":[{\"error\":\"cannot read virtual"
                            + " address 0x0000000000001000: not in the dump\"}]}}\n");
        }

        @Test
        void escapesWhatStringsMayNotHold() {
            assertThat(written(Format.JSONL, Layout.TABLE, new Named("\"\\/\b\n\r\t\u0000\u001b\u007f\u009b\ud800x🐉")))
                    .isEqualTo("{\"name\":\"\\\"\\\\/\\u0008\\n\\r\\t\\u0000\\u001b\\u007f\\u009b\\ud800x🐉\"}\n");
        }

        @Test
        void hasNoNumberForWhatIsNone() {
            record Ratio(double ratio) {}

            assertThat(written(Format.JSONL, Layout.TABLE, new Ratio(Double.NaN)))
                    .isEqualTo("{\"ratio\":null}\n");
        }

        @Test
        void isClosedWhenTheRowsEndInAnError() {
            var rows = Stream.of(1, 2).map(i -> {
                if (i == 2) {
                    throw new OperationFailedException("broken");
                }
                return new Named("a");
            });
            var settings = new Settings(Format.JSON, OptionalLong.empty(), false);

            assertThatThrownBy(() -> output.rows(settings, Layout.TABLE, List.of(), rows))
                    .isInstanceOf(OperationFailedException.class);

            assertThat(bytes).hasToString("[\n{\"name\":\"a\"}\n]\n");
        }

        @Test
        void linesAreHandedOnWhenTheyAreFound() {
            var sizes = new int[3];
            var rows = IntStream.range(0, 3).mapToObj(i -> {
                sizes[i] = bytes.size();
                return new Named("a");
            });

            output.rows(new Settings(Format.JSONL, OptionalLong.empty(), false), Layout.TABLE, List.of(), rows);

            assertThat(sizes).containsExactly(0, 13, 26);
        }
    }

    @Nested
    class Csv {
        @Test
        void hasMapsByTheirKeys() {
            record Counts(Map<String, Integer> counts) {}

            assertThat(written(Format.CSV, Layout.TABLE, new Counts(new TreeMap<>(Map.of("a", 1, "b", 2)))))
                    .isEqualTo("counts\r\na=1 b=2\r\n");
        }

        @Test
        void quotesWhatNeedsIt() {
            assertThat(written(
                            Format.CSV,
                            Layout.TABLE,
                            new Task(1, "a \"b\", c\nd\u001b", Optional.of(new ByteSize(4096))),
                            new Task(2, "e", Optional.empty())))
                    .isEqualTo("pid,comm,rss_bytes\r\n1,\"a \"\"b\"\", c\nd\\x1b\",4096\r\n2,e,\r\n");
        }

        @Test
        void withoutRowsHasTheHeaderThatIsKnown() {
            output.rows(
                    new Settings(Format.CSV, OptionalLong.empty(), false),
                    Layout.TABLE,
                    List.of(new Column("rss", "Lorg/wyrm/base/address/ByteSize;")),
                    Stream.empty());

            assertThat(bytes).hasToString("rss_bytes\r\n");
        }
    }

    @Nested
    class AnErrorInPlaceOfARow {
        private static final List<Column> KNOWN = List.of(new Column("name", "Ljava/lang/String;"));

        private String written(Format format, int rowsBefore) {
            var rows = IntStream.rangeClosed(0, rowsBefore).mapToObj(i -> {
                if (i == rowsBefore) {
                    throw new OperationFailedException("broken");
                }
                return new Named("a");
            });
            var settings = new Settings(format, OptionalLong.empty(), false);

            assertThatThrownBy(() -> output.rows(settings, Layout.TABLE, KNOWN, rows))
                    .isInstanceOf(OperationFailedException.class);

            return bytes.toString(StandardCharsets.UTF_8);
        }

        @Test
        void asTheFirstLeavesTheOutputEmpty() {
            assertThat(written(Format.TEXT, 0)).isEmpty();
            assertThat(written(Format.CSV, 0)).isEmpty();
            assertThat(written(Format.JSONL, 0)).isEmpty();
        }

        @Test
        void asTheFirstLeavesAnEmptyArray() {
            assertThat(written(Format.JSON, 0)).isEqualTo("[]\n");
        }

        @Test
        void leavesATableOfTheRowsBeforeIt() {
            assertThat(written(Format.TEXT, 1)).isEqualTo("NAME\na\n");
        }

        @Test
        void leavesALongTableOfTheRowsBeforeIt() {
            assertThat(written(Format.TEXT, 1_000).lines()).hasSize(1_001);
        }

        @Test
        void leavesCsvOfTheRowsBeforeIt() {
            assertThat(written(Format.CSV, 1)).isEqualTo("name\r\na\r\n");
        }
    }

    @Nested
    class Limits {
        @Test
        void endTheRowsAndAskForNoMore() {
            var asked = new int[1];
            var rows = IntStream.iterate(0, i -> i + 1).mapToObj(i -> {
                asked[0]++;
                return new Named("r" + i);
            });

            output.rows(new Settings(Format.CSV, OptionalLong.of(2), false), Layout.TABLE, List.of(), rows);

            assertThat(bytes).hasToString("name\r\nr0\r\nr1\r\n");
            assertThat(asked[0]).isEqualTo(2);
        }

        @Test
        void theStreamOfRowsIsClosedInTheEnd() {
            var closed = new boolean[1];

            output.rows(
                    Settings.PLAIN,
                    Layout.TABLE,
                    List.of(),
                    Stream.of(new Named("a")).onClose(() -> closed[0] = true));

            assertThat(closed[0]).isTrue();
        }
    }

    @Test
    void manyRowsAreReadTheSameWayAsFew() {
        var rows = IntStream.range(0, 5_000).mapToObj(i -> new Task(i, "c" + i, Optional.empty()));

        output.rows(new Settings(Format.CSV, OptionalLong.empty(), false), Layout.TABLE, List.of(), rows);

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(5_001)
                .endsWith("4999,c4999,");
    }

    @Nested
    class AStream {
        private Output failing(String message) {
            var stream = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException(message);
                }
            };
            return new Output(stream, ProgressLine.off());
        }

        @Test
        void thatNobodyReadsIsNoErrorOfACommand() {
            assertThatThrownBy(() -> failing("Broken pipe").append("x").flush())
                    .isInstanceOf(ClosedPipeException.class);
        }

        @Test
        void thatCannotBeWrittenIs() {
            assertThatThrownBy(
                            () -> failing("No space left on device").append("x").flush())
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot write the output: No space left on device");
        }
    }

    @Nested
    class Html {
        private final Settings html = new Settings(Format.HTML, OptionalLong.empty(), false);

        @Test
        void isATableWhoseNumbersSortAsProgramsReadThem() {
            var rows = Stream.of(
                    new Task(1, "a<b>&\"\u0007", Optional.of(new ByteSize(2048))), new Task(2, "c", Optional.empty()));

            var failures = output.rows(html, Layout.TABLE, List.of(), rows);

            assertThat(failures).isZero();
            assertThat(bytes.toString(StandardCharsets.UTF_8))
                    .isEqualTo("<table><thead><tr><th class=\"n\">PID</th><th>COMM</th><th class=\"n\">RSS</th></tr>"
                            + "</thead><tbody>\n"
                            + "<tr><td class=\"n\">1</td><td>a&lt;b&gt;&amp;&quot;\\x07</td>"
                            + "<td class=\"n\" data-v=\"2048\">2.0 KiB</td></tr>\n"
                            + "<tr><td class=\"n\">2</td><td>c</td><td class=\"n\" data-v=\"\">-</td></tr>\n"
                            + "</tbody></table>\n");
        }

        @Test
        void showsWhatCouldNotBeRead() {
            var failures = output.rows(html, Layout.DETAIL, List.of(), Stream.of(new Tried(1, FAULT)));

            assertThat(failures).isOne();
            assertThat(bytes.toString(StandardCharsets.UTF_8))
                    .startsWith(
                            "<table class=\"d\">\n<tr><th>PID</th><td>1</td></tr>\n<tr><th>COMM</th><td class=\"f\">&lt;cannot")
                    .endsWith("</tr>\n</table>\n");
        }

        @Test
        void isPreformattedWhereRowsAreText() {
            output.rows(html, Layout.TEXT, List.of(), Stream.of(new Line("<script>"), new Line("2")));

            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("<pre>&gt; &lt;script&gt;\n&gt; 2\n</pre>\n");
        }

        @Test
        void isClosedWhereAnErrorComesInPlaceOfARow() {
            var rows = IntStream.of(1, 2).mapToObj(number -> {
                if (number == 2) {
                    throw new OperationFailedException("no more");
                }
                return new Named("a");
            });

            assertThatThrownBy(() -> output.rows(html, Layout.TABLE, List.of(), rows))
                    .isInstanceOf(OperationFailedException.class);
            assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("<tr><td>a</td></tr>\n</tbody></table>\n");
        }

        @Test
        void isNothingWhereThereAreNoRows() {
            output.rows(html, Layout.TABLE, List.of(), Stream.<Named>of());

            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
        }
    }
}
