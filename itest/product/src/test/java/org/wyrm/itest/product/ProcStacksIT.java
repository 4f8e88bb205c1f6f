package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;

/**
 * The stack of every sleeping task of the lab's dumps, by {@code bt --all} and without any debug file, against the
 * {@code /proc/PID/stack} that the guest wrote some seconds before: functions, offsets, modules, in order.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProcStacksIT {
    private static final int MIN_FRAMES_PER_DUMP = 300;

    /** Of a dump's tasks: those on CPUs, those that are about to be, and a zombie or two. */
    private static final double MOST_AWAKE = 0.15;

    /** Kernel threads wake as they must, the more so on a loaded machine; of each its count of switches is compared. */
    private static final double RAN_SHARE = 0.03;

    /** {@code proc/PID/task/TID}. */
    private static final int THREAD_DEPTH = 3;

    private static final String SLEEPING = "SDTtPI";

    private static final Pattern LINE =
            Pattern.compile("\\[<0>] (?<symbol>\\S+)\\+(?<offset>0x[0-9a-f]+)/0x[0-9a-f]+(?<module> \\[\\S+])?");

    private static final Pattern SWITCHES = Pattern.compile("(?m)^(?:non)?voluntary_ctxt_switches:\t(\\d+)$");

    private enum Rule implements PeerRule {
        INIT_WENT_ON("PID 1 has become `sleep` since", MAX_SHARE),
        RAN_SINCE("the task was switched to since: the kernel counts that, in the facts and in the dump", RAN_SHARE);

        private final String reason;

        private final double maxShare;

        Rule(String reason, double maxShare) {
            this.reason = reason;
            this.maxShare = maxShare;
        }

        @Override
        public String reason() {
            return reason;
        }

        @Override
        public double maxShare() {
            return maxShare;
        }
    }

    /** What the guest said of a task, and where. */
    private record Said(Path folder, List<String> stack) {
        static Said read(Path folder) throws IOException {
            var stack = new ArrayList<String>();
            for (var line : Files.readAllLines(folder.resolve("stack"))) {
                var words = LINE.matcher(line);
                assertThat(words.matches()).as("%s of %s", line, folder).isTrue();
                stack.add(entry(words.group("symbol"), words.group("offset"), words.group("module")));
            }
            return new Said(folder, stack);
        }

        String comm() throws IOException {
            return Files.readString(folder.resolve("comm")).strip();
        }

        long switches() throws IOException {
            return SWITCHES.matcher(Files.readString(folder.resolve("status")))
                    .results()
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .sum();
        }
    }

    private final Wyrm wyrm = Wyrm.built();
    private final Lab lab = Lab.ensure();
    private final PeerComparison<Rule> comparison = new PeerComparison<>("ProcStacksIT, tasks", Rule.class);
    private int frameCount;

    List<DumpFile> files() {
        return lab.files();
    }

    @Order(1)
    @ParameterizedTest(allowZeroInvocations = true) // offline with an empty lab
    @MethodSource("files")
    void areAsTheGuestSaw(DumpFile dump) throws IOException {
        var run = wyrm.run("-c", dump.file(), "--no-default-symbols", "--format", "json", "bt", "--all");
        assertThat(run.code()).as("%s", run).isZero();
        assertThat(run.err()).as("%s", run).isEmpty();
        var said = said(dump.facts());
        var differences = new ArrayList<String>();
        var awake = 0;
        try (var program = InProcess.open(dump.file())) {
            var hidden = SchedulerText.of(program);
            var rows = Json.rows(run.out());
            for (var row : rows) {
                var guest = said.get(row.required("pid").asInt());
                if (SLEEPING.indexOf(row.required("state").asText()) < 0) {
                    awake++;
                } else if (guest != null) {
                    compare(program, row, guest, stack(row, hidden), differences);
                }
            }
            assertThat(awake)
                    .as("of %d tasks, those that run or ended", rows.size())
                    .isLessThan((int) (MOST_AWAKE * rows.size()));
        }
        assertThat(differences).as("%s", dump).isEmpty();
    }

    @Order(2)
    @Test
    void noRuleTakesMoreThanItsShare() {
        assertThat(comparison.problems()).isEmpty();
        if (!lab.files().isEmpty()) {
            assertThat(frameCount)
                    .isGreaterThan(MIN_FRAMES_PER_DUMP * lab.files().size());
        }
    }

    @AfterAll
    void tell() {
        System.out.println(comparison + "\n  " + lab.files().size() + " dumps, " + frameCount + " frames the same");
    }

    /** {@return what the guest said of each of its threads, by PID} */
    private static Map<Integer, Said> said(Path facts) throws IOException {
        var said = new HashMap<Integer, Said>();
        try (var files = Files.walk(facts.resolve("proc"), THREAD_DEPTH)) {
            for (var folder :
                    files.filter(path -> Files.exists(path.resolve("stack"))).toList()) {
                said.put(Integer.valueOf(folder.getFileName().toString()), Said.read(folder));
            }
        }
        return said;
    }

    /** {@return the frames that the guest would tell, in its words} */
    private static List<String> stack(JsonNode row, SchedulerText hidden) {
        var stack = new ArrayList<String>();
        for (var frame : row.required("frames")) {
            assertThat(frame.required("inline").asBoolean()).as("inline").isFalse();
            if (!frame.required("user").asBoolean()
                    && !hidden.contains(
                            Long.parseUnsignedLong(frame.required("pc").asText().substring(2), 16))) {
                var module = frame.required("module");
                stack.add(entry(
                        frame.required("symbol").asText(),
                        "0x" + Long.toHexString(frame.required("offset").asLong()),
                        module.isNull() ? null : " [" + module.asText() + "]"));
            }
        }
        return stack;
    }

    private static String entry(String symbol, String offset, @Nullable String module) {
        return symbol + "+" + offset + (module == null ? "" : module);
    }

    private void compare(Program program, JsonNode row, Said guest, List<String> stack, List<String> differences)
            throws IOException {
        if (stack.equals(guest.stack) && row.required("problem").isNull()) {
            comparison.same();
            frameCount += stack.size();
            return;
        }
        var task = Pids.findTask(program, row.required("pid").asInt()).orElseThrow();
        var switches = task.member("nvcsw").longValue() + task.member("nivcsw").longValue();
        if (row.required("pid").asInt() == 1 && !row.required("comm").asText().equals(guest.comm())) {
            comparison.taken(Rule.INIT_WENT_ON);
        } else if (switches > guest.switches()) {
            comparison.taken(Rule.RAN_SINCE);
        } else {
            differences.add("%s %s: %s%n  the guest said: %s%n  wyrm: %s"
                    .formatted(row.required("pid"), row.required("comm"), row.required("problem"), guest.stack, stack));
        }
    }
}
