package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that QEMU runs, seen by QMP: while it runs, paused by wyrm, paused by another, which is then compared with a dump
 * of that moment, and hanging. Its memory comes from QEMU's process, and through the monitor. A minute.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class QmpIT {
    private static final List<String> COMMANDS =
            List.of("tasks", "bt -a", "bt 1", "log", "mod", "print init_task.comm");
    private static final Pattern PORT = Pattern.compile("tcp:127\\.0\\.0\\.1:(\\d+)");
    private static final String THROUGH_MONITOR = "is read through QEMU's monitor";

    private static final Duration HANG_LIMIT = Duration.ofSeconds(30);

    private final Wyrm wyrm = Wyrm.built();
    private final Map<String, String> bySocket = new HashMap<>();
    private LabGuest guest;
    private String port = "";

    @TempDir
    private static Path folder;

    @BeforeAll
    void boot() throws IOException {
        guest = LabGuest.boot(folder);
        var devices = PORT.matcher(guest.qmp("query-chardev"));
        assertThat(devices.find()).isTrue();
        port = "127.0.0.1:" + devices.group(1);
    }

    @AfterAll
    void end() throws IOException, InterruptedException {
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    @Order(1)
    void runsOnWhileItIsLookedAt() throws IOException {
        for (var address : List.of(guest.qmpSocket(), port)) {
            assertThat(wyrm.rows("tasks", "--qemu", address).lines().count()).isGreaterThan(40);
            assertThat(wyrm.rows("log", "--qemu", address)).contains("Linux version 6.1");
            assertThat(wyrm.rows("bt 1", "--qemu", address)).contains("schedule+0x", "(user space)");
            assertThat(guest.isRunning()).isTrue();
        }
    }

    @Test
    @Order(2)
    void isPausedForACommandIfTheUserWantsIt() throws IOException {
        var stacks = wyrm.rows("bt -a", "--qemu", guest.qmpSocket() + ",pause");

        assertThat(stacks).contains("CPU: 0", "CPU: 1");
        assertThat(guest.isRunning()).isTrue();
    }

    @Test
    @Order(3)
    void paused() throws IOException {
        guest.qmp("stop");
        for (var command : COMMANDS) {
            bySocket.put(command, wyrm.rows(command, "--qemu", guest.qmpSocket()));
        }

        assertThat(bySocket.get("bt -a")).contains("CPU: 0", "CPU: 1").doesNotContain("no NT_PRSTATUS");
        assertThat(wyrm.rows("tasks", "--qemu", port)).isEqualTo(bySocket.get("tasks"));
        assertThat(guest.isRunning()).isFalse();
    }

    @Test
    @Order(4)
    void isReadThroughTheMonitorByWhoMayNotReadTheProcess() {
        var run = OtherUser.run(wyrm, "--qemu", port, "tasks");

        assertThat(run.code()).as("%s", run).isZero();
        assertThat(run.err()).contains(THROUGH_MONITOR, "permission denied");
        assertThat(run.out()).isEqualTo(bySocket.get("tasks"));
    }

    @Test
    @Order(5)
    void showsWhatADumpOfThatMomentShows() throws IOException {
        assertThat(bySocket).hasSameSizeAs(COMMANDS);
        guest.assertDumpShows(wyrm, bySocket);
    }

    @Test
    @Order(6)
    void isAliveAfterwards() throws IOException {
        guest.qmp("cont");
        var before = wyrm.rows("print jiffies", "--qemu", guest.qmpSocket());

        assertThat(wyrm.rows("print jiffies", "--qemu", guest.qmpSocket())).isNotEqualTo(before);
        assertThat(guest.isRunning()).isTrue();
    }

    @Test
    @Order(7)
    void talksToOneAtATime() throws IOException {
        try (var other = SocketChannel.open(UnixDomainSocketAddress.of(guest.qmpSocket()))) {
            var run = wyrm.run("--qemu", guest.qmpSocket(), "tasks");

            assertThat(other.isConnected()).isTrue();
            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err()).contains("it does not greet: QMP talks to one at a time");
        }
    }

    @Test
    @Order(8)
    void showsTheStacksOfAGuestThatHangs() throws IOException {
        guest.qmp("inject-nmi");
        var deadline = System.nanoTime() + HANG_LIMIT.toNanos();
        while (!wyrm.rows("log", "--qemu", guest.qmpSocket()).contains("end Kernel panic")) {
            assertThat(System.nanoTime()).as("no panic in %s", HANG_LIMIT).isLessThan(deadline);
        }

        assertThat(wyrm.rows("bt -a", "--qemu", guest.qmpSocket())).contains("panic+0x", "stop_this_cpu+0x");
        assertThat(guest.isRunning()).isTrue();
    }
}
