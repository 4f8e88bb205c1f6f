package org.wyrm.target.qemu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.target.qemu.internal.ScriptedQemu.Script;

/** Peers that answer as QEMU does. */
@Timeout(60)
class QemuConnectorTest extends AnsweringQemu {

    @Test
    void isReadFromTheProcessOfQemu() throws Exception {
        try (var qemu = new ScriptedQemu(this::answer);
                var image = connect(qemu.address())) {
            var memory = physical(image);
            var count = qemu.requests.size();

            assertThat(memory.u64(0x1230)).isEqualTo(expected(0x1230));
            assertThat(memory.u64(0x10fff8)).isEqualTo(expected(0x10fff8));
            assertThat(memory.bytes(0x8000, 0x8000)).hasSize(0x8000);
            assertThat(qemu.requests).hasSize(count);
            assertThat(image.warnings()).isEmpty();
            assertThat(image.isRemote()).isFalse();
            assertThat(image.description()).isEqualTo("guest of QEMU 7.2.22 at %s, paused".formatted(qemu.address()));
        }
    }

    @Test
    void isReadThroughTheMonitorWhereTheProcessIsNotHere() throws Exception {
        threadId = Integer.MAX_VALUE;
        try (var qemu = new ScriptedQemu(this::answer);
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
            try (var qemu = new ScriptedQemu(this::answer);
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
        try (var qemu = new ScriptedQemu(this::answer);
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
            try (var qemu = new ScriptedQemu(this::answer);
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
        try (var qemu = new ScriptedQemu(this::answer);
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
            try (var qemu = new ScriptedQemu(this::answer)) {
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
        try (var qemu = new ScriptedQemu(this::answer)) {
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
        try (var qemu = new ScriptedQemu(this::answer)) {
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
        try (var qemu = new ScriptedQemu(this::answer)) {
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

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatThrownBy(() -> connect("nothing"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--qemu nothing: is neither HOST:PORT nor the path of a socket, such as ./qemu.sock");
    }
}
