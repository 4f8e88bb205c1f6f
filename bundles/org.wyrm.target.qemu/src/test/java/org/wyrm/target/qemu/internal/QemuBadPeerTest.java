package org.wyrm.target.qemu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.target.qemu.internal.ScriptedQemu.Script;

/** Peers that do not answer as QEMU does. */
@Timeout(60)
class QemuBadPeerTest extends AnsweringQemu {
    /** {@return a peer that answers a command with a text, and all others as usual} */
    private ScriptedQemu saying(String command, String text) throws IOException {
        return new ScriptedQemu(asked -> asked.startsWith(command) ? text : answer(asked));
    }

    private void fails(ScriptedQemu qemu, Class<? extends DebuggerException> kind, String words) {
        // On a busy machine, what does not hang takes its time too.
        var millis = kind == MalformedDataException.class ? PATIENT_MILLIS : ANSWER_MILLIS;
        var begin = System.nanoTime();
        assertThatThrownBy(() -> {
                    try (var image = connect(qemu.address(), millis)) {
                        physical(image).bytes(0, 4096);
                    }
                })
                .isInstanceOf(kind)
                .hasMessageContaining(words)
                .hasMessageContaining(qemu.address());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void thatDoesNotGreetMayTalkToAnother() throws Exception {
        try (var qemu = new ScriptedQemu("", this::answer)) {
            fails(qemu, UnreadableTargetException.class, "does not greet: QMP talks to one at a time");
        }
    }

    @Test
    void thatIsTheMonitorForPeopleIsNamed() throws Exception {
        var greeting = "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
        try (var qemu = new ScriptedQemu(greeting, this::answer)) {
            fails(qemu, UnreadableTargetException.class, "monitor for people, not QMP");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "3", "SSH-2.0-OpenSSH_9.2", "{\"QMP\": {\"version\": {\"qemu\": {}}}}", "\u0000"})
    void thatGreetsOtherwiseIsMalformed(String greeting) throws Exception {
        try (var qemu = new ScriptedQemu(greeting + "\n", this::answer)) {
            fails(qemu, MalformedDataException.class, "QMP ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qmp_capabilities",
                "query-target",
                "query-status",
                "info registers",
                "info mtree",
                "query-cpus-fast",
                "gpa2hva",
                "xp"
            })
    void thatHangsClosesOrRefusesIsGivenUp(String command) throws Exception {
        threadId = command.equals("xp") ? Integer.MAX_VALUE : threadId;
        for (var way : List.of(Script.HANG, Script.CLOSE)) {
            try (var qemu = new ScriptedQemu(asked -> asked.startsWith(command) ? way : answer(asked))) {
                fails(qemu, UnreadableTargetException.class, way.equals(Script.HANG) ? "does not answer '" : "");
            }
        }
    }

    @Test
    void whoseRefusalIsInItsWordsWithTheCommand() throws Exception {
        var error = Script.RAW
                + "{\"id\": %d, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command\\u001b\\u009b[2J query-target has not been found\"}}\n";
        try (var qemu = saying("query-target", error)) {
            fails(
                    qemu,
                    UnreadableTargetException.class,
                    "QEMU refuses 'query-target': The command [2J query-target has not been found (CommandNotFound)");
        }
    }

    @Test
    void whoseLineDoesNotEndIsMalformed() throws Exception {
        try (var qemu = saying("query-status", Script.RAW + "x".repeat(20 << 20))) {
            fails(qemu, MalformedDataException.class, "a line is longer than");
        }
    }

    @Test
    void whoseEventsDoNotEndIsGivenUp() throws Exception {
        try (var qemu = saying("query-status", Script.RAW + "{\"event\": \"STOP\"}\n".repeat(1 << 20))) {
            fails(qemu, UnreadableTargetException.class, "does not answer 'query-status'");
        }
    }

    @Test
    void whoseAnswerIsDeepIsMalformed() throws Exception {
        try (var qemu = saying("query-status", "[".repeat(1 << 20) + "]".repeat(1 << 20))) {
            fails(qemu, MalformedDataException.class, "nested deeper");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"return\": {}, \"id\": 99}",
                "{\"return\": {}}",
                "{\"id\": %d}",
                "{}",
                "{\"return\": {}, \"id\": \"%d\"}",
                "{\"return\": \"x\", \"id\": %d}",
                "{\"return\": {\"running\": 1}, \"id\": %d}",
                "[]",
                "x"
            })
    void whoseAnswerIsNoneIsMalformed(String answer) throws Exception {
        try (var qemu = saying("query-status", Script.RAW + answer + "\n")) {
            fails(qemu, MalformedDataException.class, "QMP ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "CPU#0\nRIP=0",
                "CPU#99999999\n",
                "CPU#0\nCR3=xyz\n",
                "unknown command: 'info registers'"
            })
    void whoseRegistersAreNoneIsMalformed(String text) throws Exception {
        try (var qemu = saying("info registers", ScriptedQemu.quoted(text))) {
            fails(qemu, MalformedDataException.class, "info registers -a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000001000-0000000000000fff (prio 0, ram): a",
                "0000000000000000-ffffffffffffffff (prio 0, ram): a",
                "f000000000000000-f00000000000ffff (prio 0, ram): a",
                "0000000000100000-00000000001fffff (prio 0, ram): a\n  0000000000000000-00000000000fffff (prio 0, ram): b",
                "0000000000000000-0000000000000fff (prio 0, i/o): a",
                "x"
            })
    void whoseRangesCannotBeIsMalformed(String lines) throws Exception {
        var tree = "FlatView #0\n AS \"memory\", root: system\n  " + lines + "\n";
        try (var qemu = saying("info mtree", ScriptedQemu.quoted(tree.replace("\"", "\\\"")))) {
            fails(qemu, MalformedDataException.class, "info mtree -f");
        }
    }

    @Test
    void whoseRangesDoNotEndIsMalformed() throws Exception {
        var tree = new StringBuilder("FlatView #0\n AS \\\"memory\\\", root: system\n");
        for (var page = 0; page < 5000; page++) {
            tree.append("  %016x-%016x (prio 0, ram): a\n".formatted(page * 8192L, page * 8192L + 4095));
        }
        try (var qemu = saying("info mtree", ScriptedQemu.quoted(tree.toString()))) {
            fails(qemu, MalformedDataException.class, "more than 4096 ranges");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No memory is mapped at address 0x0",
                "Host virtual address for 0x0 (a) is 0xffffffffffffffff",
                "",
                "Host virtual address for 0x0 (a) is 0x1000"
            })
    void whosePlacesAreNoneIsMalformed(String text) throws Exception {
        try (var qemu = saying("gpa2hva", ScriptedQemu.quoted(text))) {
            fails(qemu, MalformedDataException.class, "QMP ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "[1]", "[{}]", "[{\"thread-id\": -1}]", "[{\"thread-id\": 99999999999}]", "\"x\""})
    void whoseCpusAreNoneIsMalformed(String cpus) throws Exception {
        try (var qemu = saying("query-cpus-fast", cpus)) {
            fails(qemu, MalformedDataException.class, "query-cpus-fast");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense", "0000000000000000: 0x12", "0000000000000010: 0x0000000000000001",
                "0000000000000000: 0x0000000000000001 x", "0000000000000000:", "0000000000000000: 0x000000000000000g"
            })
    void whoseMemoryIsNoneIsMalformed(String text) throws Exception {
        threadId = Integer.MAX_VALUE;
        try (var qemu = saying("xp", ScriptedQemu.quoted(text))) {
            fails(qemu, MalformedDataException.class, "answer to 'xp /");
        }
    }

    @Test
    void whoseMemoryIsShortOrTooLongFaultsOrIsCut() throws Exception {
        threadId = Integer.MAX_VALUE;
        for (var count : List.of(0, 1, 8192)) {
            var text = new StringBuilder();
            for (var word = 0; word < count; word++) {
                text.append("%016x: 0x%016x\n".formatted(word * 8L, expected(word * 8L)));
            }
            try (var qemu = saying("xp", ScriptedQemu.quoted(text.toString()));
                    var image = connect(qemu.address())) {
                var memory = physical(image);
                if (count == 0) {
                    assertThatThrownBy(() -> memory.u64(0)).isInstanceOf(FaultException.class);
                } else {
                    assertThat(memory.u64(0)).isEqualTo(expected(0));
                }
                if (count == 1) {
                    assertThatThrownBy(() -> memory.u64(8)).isInstanceOf(FaultException.class);
                }
            }
        }
    }

    /** Any bytes, or what is right with a few bytes changed: an error that says so, never another. */
    @Test
    void mayAnswerAnything() throws Exception {
        var random = new Random(7);
        for (var round = 0; round < 100; round++) {
            var at = random.nextInt(12);
            var count = new AtomicInteger();
            try (var qemu = new ScriptedQemu(request -> {
                var answer = answer(request);
                if (count.getAndIncrement() != at || answer.isEmpty()) {
                    return answer;
                }
                var damaged = new StringBuilder(answer);
                damaged.setCharAt(random.nextInt(damaged.length()), (char) (' ' + random.nextInt(95)));
                return damaged.toString();
            })) {
                try (var image = connect(qemu.address(), 300)) {
                    assertThat(image.architecture()).isNotEmpty();
                } catch (DebuggerException refused) {
                    assertThat(refused)
                            .isInstanceOfAny(
                                    UnreadableTargetException.class,
                                    MalformedDataException.class,
                                    UnsupportedTargetException.class,
                                    FaultException.class);
                }
            }
        }
    }

    @Test
    void thatHangsCanBeInterrupted() throws Exception {
        running();
        var cancellation = new Cancellation();
        try (var qemu = new ScriptedQemu(request -> {
            if (request.equals("info mtree -f")) {
                cancellation.cancel("test");
                return Script.RAW + "{\"return\": \"the first";
            }
            // What is left of the answer to the one before comes first.
            return request.equals("cont")
                    ? Script.RAW + " half\", \"id\": 6}\n{\"return\": {}, \"id\": %d}\n"
                    : answer(request);
        })) {
            assertThatThrownBy(() ->
                            new QemuConnector(60_000).connect(qemu.address() + ",pause", cancellation, warnings::add))
                    .isInstanceOf(CancelledException.class);
            // It runs on: the last thing that it is told.
            assertThat(qemu.requests).endsWith("cont");
            assertThat(warnings).isEmpty();
        }
    }
}
