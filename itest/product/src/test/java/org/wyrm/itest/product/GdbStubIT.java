package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * A guest that QEMU runs, seen through QEMU's gdb stub, then in a dump of the same moment and in the plain file that holds
 * its memory: the same rows. A minute.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("alone")
class GdbStubIT {
    private static final List<String> COMMANDS = List.of("tasks", "bt -a", "log", "mod");

    private final Wyrm wyrm = Wyrm.built();
    private final Map<String, String> byStub = new HashMap<>();
    private LabGuest guest;

    @TempDir
    private static Path folder;

    @BeforeAll
    void boot() throws IOException {
        guest = LabGuest.boot(folder);
    }

    @AfterAll
    void end() throws IOException, InterruptedException {
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    @Order(1)
    void runsOnAfterACommand() throws IOException {
        var run = wyrm.run("--gdb", guest.gdbSocket(), "sys");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("runs on then");
        assertThat(guest.isRunning()).isTrue();
    }

    @Test
    @Order(2)
    void staysStoppedWhereTheUserWantsIt() throws IOException {
        for (var command : COMMANDS) {
            byStub.put(command, wyrm.rows(command, "--gdb", guest.gdbSocket() + ",stopped"));
        }

        assertThat(byStub.get("tasks").lines().count()).isGreaterThan(40);
        assertThat(byStub.get("bt -a")).contains("CPU: 0", "CPU: 1").doesNotContain("no NT_PRSTATUS");
        assertThat(guest.isRunning()).isFalse();
    }

    @Test
    @Order(3)
    void showsWhatADumpOfThatMomentShows() throws IOException {
        assertThat(byStub).hasSameSizeAs(COMMANDS);
        guest.assertDumpShows(wyrm, byStub);
    }

    @Test
    @Order(4)
    void hasItsMemoryInAPlainFile() {
        assertThat(wyrm.rows("tasks", "-c", folder.resolve("ram"))).isEqualTo(byStub.get("tasks"));
    }
}
