package org.wyrm.platform.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.TextRow;

class RowStageTest {
    /** A row of each kind of value. */
    record Task(
            int pid,
            Attempt<String> comm,
            Optional<ByteSize> rss,
            VirtualAddress task,
            boolean kernelThread,
            List<Integer> cpus,
            Duration runtime)
            implements TextRow {
        @Override
        public String toText() {
            return "task " + pid;
        }
    }

    private static final List<Task> TASKS = List.of(
            task(1, "init", 4096, 0xffff_8880_0000_1000L, false, List.of(0, 1), 1500),
            task(2, "kthreadd", -1, 0xffff_8880_0000_2000L, true, List.of(1), 0),
            task(10, "bash", 8 << 20, 0xffff_8880_0000_0040L, false, List.of(), 20),
            new Task(
                    11,
                    Attempt.of(() -> {
                        throw new FaultException(AddressSpace.VIRTUAL, 0x40, "it is not mapped");
                    }),
                    Optional.of(new ByteSize(12)),
                    new VirtualAddress(0x10),
                    false,
                    List.of(3),
                    Duration.ofMillis(7)));

    private static Task task(
            int pid, String comm, long rss, long address, boolean kernel, List<Integer> cpus, long millis) {
        return new Task(
                pid,
                new Attempt.Success<>(comm),
                rss < 0 ? Optional.empty() : Optional.of(new ByteSize(rss)),
                new VirtualAddress(address),
                kernel,
                cpus,
                Duration.ofMillis(millis));
    }

    private static String out(Format format, String... stages) {
        var bytes = new ByteArrayOutputStream();
        var settings = new Settings(format, OptionalLong.empty(), false)
                .through(Arrays.stream(stages).map(RowStage::parse).toList());
        new Output(bytes, ProgressLine.off()).rows(settings, Layout.TEXT, List.of(), TASKS.stream());
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> pids(String... stages) {
        var all = Stream.concat(Arrays.stream(stages), Stream.of("select pid")).toArray(String[]::new);
        return out(Format.CSV, all).lines().skip(1).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', textBlock = """
            where pid > 1                          @ 2 10 11
            where pid >= 0xa                       @ 10 11
            where pid = 1                          @ 1
            where pid != 1 and pid != 11           @ 2 10
            where not (pid < 10)                   @ 10 11
            where pid<=1||pid==10                  @ 1 10
            where rss_bytes > 4K                   @ 10
            where rss >= 4KiB                      @ 1 10
            where rss == 8M                        @ 10
            where !rss                             @ 2
            where task > 0xffff888000000fff        @ 1 2
            where kernel_thread                    @ 2
            where kernel_thread == no && pid < 5   @ 1
            where cpus == 1                        @ 1 2
            where cpus != 1                        @ 10 11
            where runtime >= 1.5                   @ 1
            where runtime_seconds < 0.01           @ 2 11
            where pid == 1 or pid == 2 and pid == 3 @ 1
            sort pid | head 2                      @ 1 2
            sort -r pid | head 2                   @ 11 10
            sort rss_bytes                         @ 11 1 10 2
            sort -r rss_bytes                      @ 10 1 11 2
            sort kernel_thread, -r                 @ !
            head 2 | tail 1                        @ 2
            tail -n 2                              @ 10 11
            tail -1                                @ 11
            head                                   @ 1 2 10 11
            """)
    void takesRows(String line, String expected) {
        var stages = line.split(" \\| ");

        if (expected.equals("!")) {
            assertThatThrownBy(() -> pids(stages)).isInstanceOf(UsageException.class);
        } else {
            assertThat(pids(stages)).containsExactly(expected.split(" "));
        }
    }

    /** What nobody knows of is not left out silently: whether PID 11 is called so could not be read. */
    @Test
    void keepsRowsWhoseValuesCouldNotBeRead() {
        assertThat(pids("where comm == 'bash'")).containsExactly("10", "11");
        assertThat(pids("where comm != bash")).containsExactly("1", "2", "11");
        assertThat(pids("where not comm ~ '^k'")).containsExactly("1", "10", "11");
        assertThat(pids("where comm =~ '^k' and pid < 5")).containsExactly("2", "11");
        assertThat(pids("sort comm")).containsExactly("10", "1", "2", "11");
        assertThat(pids("sort -r comm")).containsExactly("2", "1", "10", "11");
    }

    @Test
    void areInAnyFormat() {
        assertThat(out(Format.JSONL, "where pid == 1", "select rss,pid")).isEqualTo("{\"rss_bytes\":4096,\"pid\":1}\n");
        assertThat(out(Format.CSV, "select task,pid", "head 1")).isEqualTo("task,pid\r\n0xffff888000001000,1\r\n");
        assertThat(out(Format.TEXT, "where pid < 3", "select PID,RSS"))
                .isEqualTo("PID      RSS\n  1  4.0 KiB\n  2        -\n");
        assertThat(out(Format.TEXT, "head 1")).isEqualTo("task 1\n");
        assertThat(out(Format.TEXT, "count")).isEqualTo("COUNT\n    4\n");
        assertThat(out(Format.JSON, "where pid > 1", "count")).isEqualTo("[\n{\"count\":3}\n]\n");
    }

    /** A limit counts what is left. */
    @Test
    void comeBeforeTheLimit() {
        var bytes = new ByteArrayOutputStream();
        var settings = new Settings(Format.CSV, List.of(RowStage.parse("sort -r pid")), OptionalLong.of(1), false);

        new Output(bytes, ProgressLine.off()).rows(settings, Layout.TABLE, List.of(), TASKS.stream());

        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\n11,");
    }

    /** The first rows of a walk without end. */
    @Test
    void readNoMoreThanTheyNeed() {
        var bytes = new ByteArrayOutputStream();
        var settings = Settings.PLAIN.through(List.of(RowStage.parse("where pid > 4"), RowStage.parse("head 2")));
        var endless = IntStream.iterate(1, pid -> pid + 1).mapToObj(pid -> task(pid, "x", 1, pid, false, List.of(), 0));

        new Output(bytes, ProgressLine.off()).rows(settings, Layout.TEXT, List.of(), endless);

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("task 5\ntask 6\n");
    }

    @Test
    void refuseKeysThatRowsDoNotHaveBeforeTheFirst() {
        var columns = List.of(new Column("pid", "I"), new Column("rss", "Lorg/wyrm/base/address/ByteSize;"));
        for (var text : List.of("where ppid == 1", "sort ppid", "select pid,ppid")) {
            var settings = Settings.PLAIN.through(List.of(RowStage.parse(text)));
            var output = new Output(new ByteArrayOutputStream(), ProgressLine.off());
            assertThatThrownBy(() -> output.rows(settings, Layout.TABLE, columns, Stream.empty()))
                    .hasMessage("rows have no key 'ppid'; they have pid, rss_bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "where",
                "where pid ==",
                "where == 1",
                "where pid == 1 and",
                "where (pid == 1",
                "where pid == 1)",
                "where pid == 'x",
                "where pid ~ '['",
                "where pid 1",
                "sort",
                "sort -r",
                "head x",
                "head 1 2",
                "tail 99999999999",
                "select",
                "select 1",
                "count pid",
                "shuffle",
                "where pid > 1; rm"
            })
    void refuseWhatIsNone(String text) {
        assertThatThrownBy(() -> RowStage.parse(text)).isInstanceOf(UsageException.class);
    }

    @Test
    void refuseAComparisonOfANumberWithAWord() {
        assertThatThrownBy(() -> pids("where pid == bash")).hasMessage("where: pid is a number, and 'bash' is none");
        assertThatThrownBy(() -> pids("where kernel_thread == 1"))
                .hasMessage("where: kernel_thread is yes or no, and '1' is neither");
    }

    @Test
    void refuseADeepNestWithoutAnOverflow() {
        for (var open : List.of("(", "!", "not ")) {
            assertThatThrownBy(() -> RowStage.parse("where " + open.repeat(100_000) + "pid"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("this is nested too deeply");
        }
    }
}
