package org.wyrm.target.gdb.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.remote.RemoteAddress;

/** Peers that answer as QEMU does, and peers that do not. */
@Timeout(60)
class GdbConnectorTest {
    private static final long ANSWER_MILLIS = 400;
    private static final long PATIENT_MILLIS = 20_000;
    private static final String TARGET = """
            <?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd">
            <target><architecture>i386:x86-64</architecture><xi:include href="cpu.xml"/></target>
            """;
    private static final String CPU = """
            <feature name="org.gnu.gdb.i386.core">
              <!-- <reg name="commented" bitsize="64"/> -->
              <reg name="rip" bitsize="64" type="code_ptr" regnum="1"/>
              <reg name="rsp" bitsize="64" regnum="0"/>
              <reg name="eflags" bitsize="32"/>
              <reg name="cr3" bitsize="64"/><reg name="cr4" bitsize="64"/>
            </feature>
            """;

    /** rsp, rip, eflags, cr3, cr4 */
    private static final String REGISTERS =
            "0010000000000000" + "8877665544332211" + "46020000" + "0050340200000000" + "2010000000000000";

    private boolean hasPhysical = true;

    private String answer(String request) {
        if (request.startsWith("qXfer:features:read:")) {
            var words = request.split("[:,]", -1);
            var text = words[3].equals("target.xml") ? TARGET : CPU;
            var from = Integer.parseInt(words[4], 16);
            // In small pieces, whatever was asked for.
            var end = Math.min(from + 100, text.length());
            return (end == text.length() ? "l" : "m") + text.substring(from, end);
        }
        if (request.startsWith("m")) {
            return memory(request);
        }
        if (request.startsWith("Hg")) {
            return "OK";
        }
        return switch (request) {
            case "qSupported:qXfer:features:read+" -> "PacketSize=200;qXfer:features:read+;multiprocess+";
            case "QStartNoAckMode", "D", "Qqemu.PhyMemMode:0" -> "OK";
            case "qqemu.PhyMemMode" -> hasPhysical ? "0" : "";
            case "Qqemu.PhyMemMode:1" -> hasPhysical ? "OK" : "";
            case "qfThreadInfo" -> "m01";
            case "qsThreadInfo" -> "l";
            case "g" -> REGISTERS;
            default -> "";
        };
    }

    /** Memory of 64 KiB, each byte the lowest of its address, but for a hole from 0x5800 to 0x5fff. */
    private static String memory(String request) {
        var words = request.substring(1).split(",", -1);
        var address = Long.parseUnsignedLong(words[0], 16);
        var count = Integer.parseInt(words[1], 16);
        var bytes = new StringBuilder();
        for (var at = address; at < address + count && at < 1 << 16 && !(at >= 0x5800 && at < 0x6000); at++) {
            bytes.append("%02x".formatted(at & 0xff));
        }
        return bytes.isEmpty() ? "E14" : bytes.toString();
    }

    private static TargetImage connect(String address) {
        return connect(address, PATIENT_MILLIS);
    }

    private static TargetImage connect(String address, long answerMillis) {
        return new GdbConnector(answerMillis).connect(address, new Cancellation(), warning -> {});
    }

    private static TargetMemory physical(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    @Nested
    class AStubLikeQemu {
        @Test
        void givesMemoryByPhysicalAddress() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer);
                    var image = connect(peer.address())) {
                var memory = physical(image);

                assertThat(memory.u64(0x1234)).isEqualTo(0x3b3a_3938_3736_3534L);
                assertThat(memory.bytes(0x2000, 0x3000)).hasSize(0x3000);
                assertThat(image.virtualMemory()).isEmpty();
                assertThat(image.architecture()).isEqualTo("x86_64");
            }
        }

        @Test
        void isAskedOnceForWhatItGave() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer);
                    var image = connect(peer.address())) {
                var first = physical(image).u64(0x1000);
                var count = peer.requests.size();

                assertThat(physical(image).u64(0x1000)).isEqualTo(first);
                assertThat(peer.requests).hasSize(count);
            }
        }

        @Test
        void saysWhatItCannotRead() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer);
                    var image = connect(peer.address())) {
                var memory = physical(image);

                assertThat(memory.u8(0x57ff)).isEqualTo(0xff);
                assertThatThrownBy(() -> memory.u8(0x5800))
                        .isInstanceOf(FaultException.class)
                        .hasMessageContaining("5800");
                assertThatThrownBy(() -> memory.u8(1 << 20)).isInstanceOf(FaultException.class);
            }
        }

        @Test
        void givesRegistersAsNotes() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer);
                    var image = connect(peer.address())) {
                var status = image.notes().getFirst().description();
                var cpu = image.notes().getLast();

                assertThat(status.s32(32)).isEqualTo(1);
                assertThat(status.u64(112 + 16 * 8)).isEqualTo(0x1122_3344_5566_7788L);
                assertThat(status.u64(112 + 19 * 8)).isEqualTo(0x1000);
                assertThat(status.u64(112 + 18 * 8)).isEqualTo(0x246);
                assertThat(cpu.name()).isEqualTo("QEMU");
                assertThat(cpu.description().u64(416)).isEqualTo(0x0234_5000);
            }
        }

        @Test
        void runsOnAfterwardsWithItsModeAsBefore() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer)) {
                connect(peer.address()).close();

                assertThat(peer.requests).endsWith("Qqemu.PhyMemMode:0", "D");
            }
        }

        @Test
        void staysStoppedIfTheUserSaysSo() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer)) {
                var image = connect(peer.address() + ",stopped");
                image.close();

                assertThat(peer.requests).doesNotContain("D").endsWith("Qqemu.PhyMemMode:0");
                assertThat(image.warnings()).singleElement().asString().contains("stays so");
            }
        }

        @Test
        void isNeverAskedToWrite() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer)) {
                try (var image = connect(peer.address())) {
                    physical(image).bytes(0, 0x4000);
                }

                assertThat(peer.requests)
                        .allMatch(request -> request.matches("q.*|Q(StartNoAckMode|qemu.*)|m.*|g|Hg.*|D"));
            }
        }

        @Test
        void mayKeepAcknowledging() throws Exception {
            try (var peer = new ScriptedPeer(request -> request.equals("QStartNoAckMode") ? "" : answer(request));
                    var image = connect(peer.address())) {
                assertThat(physical(image).bytes(0x2000, 0x3000)).hasSize(0x3000);
            }
        }

        @Test
        void mayShortenRuns() throws Exception {
            // A quote is 34: the zero, and five more of it; two runs are six bytes.
            try (var peer = new ScriptedPeer(request -> request.startsWith("m0,") ? "0*\"0*\"" : answer(request));
                    var image = connect(peer.address())) {
                assertThat(physical(image).u32(0)).isZero();
            }
        }

        @Test
        void maySendAWrongSumOnce() throws Exception {
            var count = new AtomicInteger();
            UnaryOperator<String> firstWrong =
                    payload -> count.getAndIncrement() == 0 ? "$" + payload + "#00" : ScriptedPeer.packet(payload);
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer, firstWrong);
                    var image = connect(peer.address())) {
                assertThat(physical(image).u8(7)).isEqualTo(7);
            }
        }

        @Test
        void withoutPhysicalMemoryGivesVirtual() throws Exception {
            hasPhysical = false;
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer)) {
                try (var image = connect(peer.address())) {
                    assertThat(image.physicalMemory()).isEmpty();
                    assertThat(image.virtualMemory()).hasSize(1);
                }
                assertThat(peer.requests).doesNotContain("Qqemu.PhyMemMode:0");
            }
        }

        @Test
        void ofAnotherArchitectureIsNamed() throws Exception {
            try (var peer = new ScriptedPeer(request -> request.startsWith("qXfer")
                            ? "l<target><architecture>aarch64</architecture></target>"
                            : answer(request));
                    var image = connect(peer.address())) {
                assertThat(image.architecture()).isEqualTo("aarch64");
            }
        }
    }

    @Nested
    class ABadPeer {
        private void fails(ScriptedPeer peer, Class<? extends DebuggerException> kind, String words) {
            // On a busy machine, what does not hang takes its time too.
            var millis = kind == MalformedDataException.class ? PATIENT_MILLIS : ANSWER_MILLIS;
            var begin = System.nanoTime();
            assertThatThrownBy(() -> {
                        try (var image = connect(peer.address(), millis)) {
                            physical(image).bytes(0, 4096);
                        }
                    })
                    .isInstanceOf(kind)
                    .hasMessageContaining(words)
                    .hasMessageContaining(peer.address());
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }

        @Test
        void thatHangsIsGivenUp() throws Exception {
            try (var peer = new ScriptedPeer(request -> null)) {
                fails(peer, UnreadableTargetException.class, "does not answer");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"qSupported", "QStart", "qXfer", "qfThread", "Hg", "g", "qqemu", "Qqemu", "m"})
        void thatHangsOrClosesAtAnyRequestIsGivenUp(String request) throws Exception {
            try (var peer = new ScriptedPeer(asked -> asked.startsWith(request) ? null : answer(asked))) {
                fails(peer, UnreadableTargetException.class, "does not answer");
            }
            try (var peer =
                    new ScriptedPeer(asked -> asked.startsWith(request) ? ScriptedPeer.Script.CLOSE : answer(asked))) {
                fails(peer, UnreadableTargetException.class, "");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"+", "%Stop:T05#00", "x", "$#zz"})
        void thatSendsNoiseWithoutEndIsGivenUp(String noise) throws Exception {
            try (var peer = new ScriptedPeer(this::anything, payload -> noise.repeat(1 << 20))) {
                fails(peer, DebuggerException.class, "");
            }
        }

        private String anything(String request) {
            return request;
        }

        @Test
        void whoseSumsAreWrongIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer, payload -> "$" + payload + "#00")) {
                fails(peer, MalformedDataException.class, "checksum");
            }
        }

        @Test
        void thatRefusesAlwaysIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer, payload -> "-".repeat(100))) {
                fails(peer, MalformedDataException.class, "refuses");
            }
        }

        @Test
        void whosePacketHasNoEndIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer, payload -> "$" + "a".repeat(3 << 20))) {
                fails(peer, MalformedDataException.class, "longer than");
            }
        }

        @Test
        void whosePacketExplodesIsMalformed() throws Exception {
            try (var peer =
                    new ScriptedPeer(GdbConnectorTest.this::answer, payload -> "$a" + "*~".repeat(1 << 16) + "#00")) {
                fails(peer, MalformedDataException.class, "longer than");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"*~", "a*\n", "a*\u00ff"})
        void whoseRunsAreNoneIsMalformed(String payload) throws Exception {
            try (var peer = new ScriptedPeer(GdbConnectorTest.this::answer, any -> ScriptedPeer.packet(payload))) {
                fails(peer, MalformedDataException.class, "run of bytes");
            }
        }

        @Test
        void whoseDescriptionIncludesItselfIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(request -> request.startsWith("qXfer")
                    ? "l<xi:include href=\"a\"/><xi:include href=\"b\"/>"
                    : answer(request))) {
                fails(peer, MalformedDataException.class, "parts");
            }
        }

        @Test
        void whoseDescriptionDoesNotEndIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(
                    request -> request.startsWith("qXfer") ? "m" + "x".repeat(2000) : answer(request))) {
                fails(peer, MalformedDataException.class, "does not end");
            }
        }

        @Test
        void whoseThreadsDoNotEndIsMalformed() throws Exception {
            try (var peer = new ScriptedPeer(
                    request -> request.endsWith("ThreadInfo") ? "m" + "1,".repeat(1000) : answer(request))) {
                fails(peer, MalformedDataException.class, "threads");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "xy", "00112233445566778899", "0g"})
        void whoseMemoryIsNoneIsMalformed(String memory) throws Exception {
            var tooLong = memory.length() > 10 ? memory.repeat(1000) : memory;
            try (var peer = new ScriptedPeer(request -> request.startsWith("m") ? tooLong : answer(request))) {
                fails(peer, MalformedDataException.class, "answer to 'm0,");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "E01", "OK", "xxxxxxxx", "00"})
        void withoutRegistersHasMemoryAllTheSame(String registers) throws Exception {
            try (var peer = new ScriptedPeer(request -> request.equals("g") ? registers : answer(request));
                    var image = connect(peer.address())) {
                assertThat(physical(image).u8(5)).isEqualTo(5);
            }
        }

        /** Any bytes: an error that says so, never another. */
        @Test
        void mayAnswerAnything() throws Exception {
            var random = new Random(7);
            for (var round = 0; round < 50; round++) {
                var bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
                var junk = HexFormat.of().formatHex(bytes);
                var at = random.nextInt(12);
                var count = new AtomicInteger();
                try (var peer = new ScriptedPeer(request -> count.getAndIncrement() == at ? junk : answer(request))) {
                    try (var image = new GdbConnector(100).connect(peer.address(), new Cancellation(), any -> {})) {
                        assertThat(image.architecture()).isNotEmpty();
                    } catch (DebuggerException refused) {
                        assertThat(refused)
                                .isInstanceOfAny(UnreadableTargetException.class, MalformedDataException.class);
                    }
                }
            }
        }

        @Test
        void thatHangsCanBeInterrupted() throws Exception {
            var cancellation = new Cancellation();
            try (var peer = new ScriptedPeer(request -> {
                cancellation.cancel("test");
                return null;
            })) {
                assertThatThrownBy(() -> new GdbConnector(60_000).connect(peer.address(), cancellation, any -> {}))
                        .isInstanceOf(CancelledException.class);
                // It runs on: the last thing that it is told.
                assertThat(peer.requests).endsWith("D");
            }
        }
    }

    @Nested
    class AnAddress {
        @TempDir
        private Path folder;

        @ParameterizedTest
        @ValueSource(strings = {"", "host", "host:", "host:x", "host:0", "host:65536", "host:-1", "host:99999999999"})
        void thatIsNoneIsRefused(String address) {
            assertThatThrownBy(() -> connect(address))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("HOST:PORT");
        }

        @Test
        void whereNobodyIsCannotBeRead() {
            for (var address : List.of(folder.resolve("no.sock").toString(), "127.0.0.1:1", "no-such-host.invalid:1")) {
                assertThatThrownBy(() -> connect(address))
                        .isInstanceOf(UnreadableTargetException.class)
                        .hasMessageContaining(address);
            }
        }

        @Test
        void mayBeOfIpVersion6OrThisMachine() {
            assertThat(parse("[::1]:1234").host()).isEqualTo("::1");
            assertThat(parse(":1234,stopped").hasWish()).isTrue();
            assertThat(parse("unix:gdb.sock").path()).isEqualTo("gdb.sock");
        }

        private static RemoteAddress parse(String words) {
            return RemoteAddress.parse("--gdb", words, "stopped");
        }
    }
}
