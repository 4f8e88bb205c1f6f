package org.wyrm.target.qemu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.target.qemu.internal.ScriptedQemu.Script;

/** Peers that answer as QEMU does, and peers that do not. Where QEMU's process is meant, it is this one. */
@Timeout(60)
class QemuConnectorTest {
    private static final long ANSWER_MILLIS = 400;
    private static final long PATIENT_MILLIS = 20_000;
    private static final int PAGE = 4096;

    /** Two ranges: 0 to 0xffff, and 0x100000 to 0x10ffff. */
    private static final long RAM_BYTES = 0x20000;

    private static final String TREE = """
            FlatView #0
             AS "cpu-smm-0", root: memory
             Root memory region: memory
              0000000000000000-0000000fffffffff (prio 0, ram): other

            FlatView #1
             AS "memory", root: system
             AS "cpu-memory-0", root: system
             Root memory region: system
              0000000000000000-0000000000008fff (prio 0, ram): pc.ram KVM
              0000000000009000-000000000000ffff (prio 0, rom): pc.ram @0000000000009000 KVM
              00000000000a0000-00000000000bffff (prio 1, i/o): vga-lowmem
              0000000000100000-000000000010ffff (prio 0, ram): pc.ram @0000000000010000 KVM
              00000000febf0400-00000000febf041f (prio 0, i/o): vga ioports remapped

            """;

    private static final String REGISTERS = """

            CPU#0
            RAX=000000000001ad40 RBX=0000000000000001 RCX=7ffffffe3b3e3cff RDX=4000000000000000
            RSI=0000000000000000 RDI=000000000000500c RBP=ffffffffb841aa40 RSP=ffffffffb8403e98
            R8 =0000000000000008 R9 =000000003cf3b2b4 R10=00000000fffffffb R11=0000000000000000
            R12=0000000000000000 R13=0000000000000000 R14=0000000000000000 R15=000000000000000f
            RIP=ffffffffb7417a0b RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
            CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
            GS =0000 ffff8e5a8f600000 00000000 00000000
            TR =0040 fffffe0000003000 00004087 00008900 DPL=0 TSS64-avl
            CR0=80050033 CR2=00000000005794a9 CR3=0000000000003000 CR4=00750eb0
            EFER=0000000000000d01

            CPU#1
            EAX=00000000 EBX=00000000 ECX=00000000 EDX=00060fb1
            EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=1
            CS =f000 ffff0000 0000ffff 00009b00
            CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000
            """;

    private final Arena arena = Arena.ofShared();
    private final List<String> warnings = new ArrayList<>();
    private MemorySegment ram;
    private String status = "{\"status\": \"paused\", \"singlestep\": false, \"running\": false}";
    private long threadId = ProcessHandle.current().pid();

    @BeforeEach
    void fill() {
        ram = arena.allocate(RAM_BYTES, PAGE);
        for (var at = 0L; at < RAM_BYTES; at += Long.BYTES) {
            ram.set(ValueLayout.JAVA_LONG, at, guestAddress(at) * 0x0101_0101L + 1);
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private static long guestAddress(long offset) {
        return offset < 0x10000 ? offset : offset + 0xf0000;
    }

    private static long offset(long guestAddress) {
        return guestAddress < 0x10000 ? guestAddress : guestAddress - 0xf0000;
    }

    private String answer(String request) {
        if (request.startsWith("xp /")) {
            return ScriptedQemu.quoted(printed(request));
        }
        if (request.startsWith("gpa2hva 0x")) {
            var address = Long.parseLong(request.substring("gpa2hva 0x".length()), 16);
            return ScriptedQemu.quoted("Host virtual address for 0x%x (pc.ram) is 0x%x\n"
                    .formatted(address, ram.address() + offset(address)));
        }
        return switch (request) {
            case "query-target" -> "{\"arch\": \"x86_64\"}";
            case "query-status" -> status;
            case "query-cpus-fast" ->
                "[{\"thread-id\": %d, \"cpu-index\": 0, \"target\": \"x86_64\"}]".formatted(threadId);
            case "info mtree -f" -> ScriptedQemu.quoted(TREE.replace("\"", "\\\""));
            case "info registers -a" -> ScriptedQemu.quoted(REGISTERS);
            case "stop", "cont" -> "{}";
            default -> "";
        };
    }

    private String printed(String request) {
        var words = request.split("/|xg 0x", -1);
        var count = Integer.parseInt(words[1]);
        var text = new StringBuilder();
        for (var at = Long.parseLong(words[2], 16); count > 0; at += 16, count -= 2) {
            text.append("%016x:".formatted(at));
            if (!(at < 0x10000 || at >= 0x100000 && at < 0x110000)) {
                return text.append(" Cannot access memory\n").toString();
            }
            for (var word = 0; word < Math.min(2, count); word++) {
                text.append(" 0x%016x".formatted(ram.get(ValueLayout.JAVA_LONG, offset(at) + 8L * word)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private TargetImage connect(String address) {
        return connect(address, PATIENT_MILLIS);
    }

    private TargetImage connect(String address, long answerMillis) {
        return new QemuConnector(answerMillis).connect(address, new Cancellation(), warnings::add);
    }

    private static TargetMemory physical(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    private static long expected(long guestAddress) {
        return guestAddress * 0x0101_0101L + 1;
    }

    private void running() {
        status = "{\"status\": \"running\", \"singlestep\": false, \"running\": true}";
    }

    @Nested
    class AGuest {

        @Test
        void isReadFromTheProcessOfQemu() throws Exception {
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                    var image = connect(qemu.address())) {
                var memory = physical(image);
                var count = qemu.requests.size();

                assertThat(memory.u64(0x1230)).isEqualTo(expected(0x1230));
                assertThat(memory.u64(0x10fff8)).isEqualTo(expected(0x10fff8));
                assertThat(memory.bytes(0x8000, 0x8000)).hasSize(0x8000);
                assertThat(qemu.requests).hasSize(count);
                assertThat(image.warnings()).isEmpty();
                assertThat(image.isRemote()).isFalse();
                assertThat(image.description())
                        .isEqualTo("guest of QEMU 7.2.22 at %s, paused".formatted(qemu.address()));
            }
        }

        @Test
        void isReadThroughTheMonitorWhereTheProcessIsNotHere() throws Exception {
            threadId = Integer.MAX_VALUE;
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                    var image = connect(qemu.address())) {
                var memory = physical(image);

                assertThat(memory.u64(0x1230)).isEqualTo(expected(0x1230));
                assertThat(memory.u32(0x1234)).isEqualTo(expected(0x1230) >>> 32);
                assertThat(memory.u8(0x10fff9)).isEqualTo((int) (expected(0x10fff8) >>> 8) & 0xff);
                assertThat(memory.bytes(0x3000, 0xd000)).hasSize(0xd000);
                assertThat(image.isRemote()).isTrue();
                assertThat(image.warnings())
                        .singleElement()
                        .asString()
                        .contains("through QEMU's monitor", "process 2147483647: there is none");
            }
        }

        @Test
        void isReadThroughTheMonitorWhereTheProcessIsAnother() throws Exception {
            try (var other = Arena.ofShared();
                    var qemu = new ScriptedQemu(request -> request.startsWith("gpa2hva")
                            ? answer(request)
                                    .replaceAll(
                                            "is 0x[0-9a-f]+",
                                            "is 0x%x"
                                                    .formatted(other.allocate(RAM_BYTES, PAGE)
                                                                    .address()
                                                            + offset(Long.parseLong(request.substring(10), 16))))
                            : answer(request))) {
                // Each address of its own: not in one piece.
                assertThatThrownBy(() -> connect(qemu.address())).isInstanceOf(MalformedDataException.class);
            }
            try (var other = Arena.ofShared()) {
                var zeros = other.allocate(RAM_BYTES, PAGE);
                try (var qemu = new ScriptedQemu(request -> request.startsWith("gpa2hva")
                                ? answer(request)
                                        .replaceAll(
                                                "is 0x[0-9a-f]+",
                                                "is 0x%x"
                                                        .formatted(zeros.address()
                                                                + offset(Long.parseLong(request.substring(10), 16))))
                                : answer(request));
                        var image = connect(qemu.address())) {
                    assertThat(physical(image).u64(0x1230)).isEqualTo(expected(0x1230));
                    assertThat(image.warnings()).singleElement().asString().contains("has not the memory of the guest");
                }
            }
        }

        @Test
        void hasNoMemoryWhereDevicesAre() throws Exception {
            for (var id : List.of(threadId, (long) Integer.MAX_VALUE)) {
                threadId = id;
                try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                        var image = connect(qemu.address())) {
                    var memory = physical(image);

                    for (var address : new long[] {0x10000, 0xa0000, 0xfffff, 0x110000, 0xfebf0400L, 0x2_0000_0000L}) {
                        assertThatThrownBy(() -> memory.u8(address)).isInstanceOf(FaultException.class);
                    }
                    assertThat(memory.u8(0xffff)).isEqualTo((int) (expected(0xfff8) >>> 56));
                    assertThat(qemu.requests).noneMatch(request -> request.contains("xp /") && request.contains("0xa"));
                }
            }
        }

        @Test
        void isNotAskedForPageTablesThatAreNoMemory() throws Exception {
            try (var qemu = new ScriptedQemu(asked -> asked.startsWith("info registers")
                            ? answer(asked).replace("CR3=0000000000003000", "CR3=00000000febf0000")
                            : answer(asked));
                    var image = connect(qemu.address())) {
                assertThat(physical(image).u64(0x1230)).isEqualTo(expected(0x1230));
                assertThat(image.isRemote()).isFalse();
                assertThat(qemu.requests).noneMatch(request -> request.matches("xp .* 0xfeb.*"));
            }
        }

        @Test
        void thatIsPausedIsReadOnce() throws Exception {
            threadId = Integer.MAX_VALUE;
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                    var image = connect(qemu.address())) {
                physical(image).u64(0x1000);
                var count = qemu.requests.size();

                assertThat(physical(image).u64(0x1ff8)).isEqualTo(expected(0x1ff8));
                assertThat(qemu.requests).hasSize(count);
                assertThat(image.physicalMemory()).allMatch(source -> source.isStable());
            }
        }

        @Test
        void thatRunsIsReadAnew() throws Exception {
            running();
            for (var id : List.of(threadId, (long) Integer.MAX_VALUE)) {
                threadId = id;
                try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                        var image = connect(qemu.address())) {
                    var memory = physical(image);
                    var before = memory.u64(0x2000);
                    ram.set(ValueLayout.JAVA_LONG, 0x2000, before + 1);

                    assertThat(memory.u64(0x2000)).isEqualTo(before + 1);
                    assertThat(memory.isStable()).isFalse();
                }
            }
        }

        @Test
        void givesRegistersAsNotes() throws Exception {
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer);
                    var image = connect(qemu.address())) {
                var notes = image.notes();
                var registers = notes.getFirst().description();

                // CPU 1 has not begun yet: nothing but its page tables, of which there are none.
                assertThat(notes).extracting(TargetImage.Note::name).containsExactly("CORE", "QEMU", "QEMU");
                assertThat(registers.s32(32)).isEqualTo(1);
                assertThat(registers.u64(112)).isEqualTo(0xf);
                assertThat(registers.u64(112 + 9 * 8)).isEqualTo(8);
                assertThat(registers.u64(112 + 16 * 8)).isEqualTo(0xffff_ffff_b741_7a0bL);
                assertThat(registers.u64(112 + 17 * 8)).isEqualTo(0x10);
                assertThat(registers.u64(112 + 18 * 8)).isEqualTo(0x246);
                assertThat(registers.u64(112 + 22 * 8)).isEqualTo(0xffff_8e5a_8f60_0000L);
                assertThat(notes.get(1).description().u64(416)).isEqualTo(0x3000);
            }
        }

        @Test
        void isLeftAsItWas() throws Exception {
            for (var isRunning : List.of(false, true)) {
                if (isRunning) {
                    running();
                }
                try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer)) {
                    try (var image = connect(qemu.address())) {
                        physical(image).bytes(0, 0x4000);
                    }

                    assertThat(qemu.requests)
                            .allMatch(request -> request.matches("qmp_capabilities|query-.*|info .*|gpa2hva .*|xp .*"));
                    assertThat(warnings).isEmpty();
                }
            }
        }

        @Test
        void isPausedIfTheUserSaysSoAndRunsOnThen() throws Exception {
            running();
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer)) {
                var image = connect(qemu.address() + ",pause");
                assertThat(image.physicalMemory()).allMatch(source -> source.isStable());
                assertThat(qemu.requests).contains("stop").doesNotContain("cont");
                image.close();
                image.close();

                assertThat(qemu.requests).endsWith("cont").containsOnlyOnce("cont");
            }
        }

        @Test
        void thatWasPausedStaysSo() throws Exception {
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer)) {
                connect(qemu.address() + ",pause").close();

                assertThat(qemu.requests).doesNotContain("stop", "cont");
            }
        }

        @Test
        void runsOnWhereItCannotBeOpened() throws Exception {
            running();
            try (var qemu = new ScriptedQemu(request -> request.equals("info mtree -f") ? "\"\"" : answer(request))) {
                assertThatThrownBy(() -> connect(qemu.address() + ",pause")).isInstanceOf(MalformedDataException.class);

                assertThat(qemu.requests).endsWith("cont");
            }
        }

        @Test
        void thatAnotherLetsRunIsSaid() throws Exception {
            try (var qemu = new ScriptedQemu(QemuConnectorTest.this::answer)) {
                var image = connect(qemu.address());
                running();
                image.close();

                assertThat(warnings).singleElement().asString().contains("another let the guest run");
            }
        }

        @Test
        void thatCannotBeToldToGoOnIsSaid() throws Exception {
            running();
            try (var qemu = new ScriptedQemu(request -> request.equals("cont") ? Script.CLOSE : answer(request))) {
                connect(qemu.address() + ",pause").close();

                assertThat(warnings).singleElement().asString().contains("may be paused still");
            }
        }

        @Test
        void ofAnotherArchitectureIsNamedAndNotPaused() throws Exception {
            running();
            try (var qemu = new ScriptedQemu(
                    request -> request.equals("query-target") ? "{\"arch\": \"aarch64\"}" : answer(request))) {
                assertThatThrownBy(() -> connect(qemu.address() + ",pause"))
                        .isInstanceOf(UnsupportedTargetException.class)
                        .hasMessageContaining("architecture aarch64");
                assertThat(qemu.requests).containsExactly("qmp_capabilities", "query-target");
            }
        }

        @Test
        void maySendEventsAtAnyTime() throws Exception {
            var event =
                    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RTC_CHANGE\", \"data\": {\"id\": 1}}\r\n";
            try (var qemu = new ScriptedQemu(ScriptedQemu.GREETING + "\r\n" + event, request -> {
                        var answer = answer(request);
                        return Script.RAW
                                + event
                                + "{\"return\": %s, \"id\": %%d}\r\n".formatted(answer.isEmpty() ? "{}" : answer);
                    });
                    var image = connect(qemu.address())) {
                assertThat(physical(image).u64(0x1230)).isEqualTo(expected(0x1230));
            }
        }
    }

    @Nested
    class ABadPeer {
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
            try (var qemu = new ScriptedQemu("", QemuConnectorTest.this::answer)) {
                fails(qemu, UnreadableTargetException.class, "does not greet: QMP talks to one at a time");
            }
        }

        @Test
        void thatIsTheMonitorForPeopleIsNamed() throws Exception {
            var greeting = "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
            try (var qemu = new ScriptedQemu(greeting, QemuConnectorTest.this::answer)) {
                fails(qemu, UnreadableTargetException.class, "monitor for people, not QMP");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{}", "[]", "3", "SSH-2.0-OpenSSH_9.2", "{\"QMP\": {\"version\": {\"qemu\": {}}}}", "\u0000"
                })
        void thatGreetsOtherwiseIsMalformed(String greeting) throws Exception {
            try (var qemu = new ScriptedQemu(greeting + "\n", QemuConnectorTest.this::answer)) {
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
                strings = {"{}", "[]", "[1]", "[{}]", "[{\"thread-id\": -1}]", "[{\"thread-id\": 99999999999}]", "\"x\""
                })
        void whoseCpusAreNoneIsMalformed(String cpus) throws Exception {
            try (var qemu = saying("query-cpus-fast", cpus)) {
                fails(qemu, MalformedDataException.class, "query-cpus-fast");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nonsense", "0000000000000000: 0x12", "0000000000000010: 0x0000000000000001",
                    "0000000000000000: 0x0000000000000001 x", "0000000000000000:",
                            "0000000000000000: 0x000000000000000g"
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
                assertThatThrownBy(() -> new QemuConnector(60_000)
                                .connect(qemu.address() + ",pause", cancellation, warnings::add))
                        .isInstanceOf(CancelledException.class);
                // It runs on: the last thing that it is told.
                assertThat(qemu.requests).endsWith("cont");
                assertThat(warnings).isEmpty();
            }
        }
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatThrownBy(() -> connect("nothing"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--qemu nothing: is neither HOST:PORT nor the path of a socket, such as ./qemu.sock");
    }
}
