package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
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
class GdbStubIT {
    private static final List<String> COMMANDS = List.of("tasks", "bt -a", "log", "mod");
    private static final long END_SECONDS = 20;

    private final Wyrm wyrm = Wyrm.built();
    private final Map<String, String> byStub = new HashMap<>();
    private Process guest;

    @TempDir
    private static Path folder;

    @BeforeAll
    void boot() throws IOException, InterruptedException {
        Lab.ensure();
        guest = new ProcessBuilder(Wyrm.root().resolve("itest/lab/run-guest.sh").toString(), folder.toString())
                .redirectError(folder.resolve("run-guest.log").toFile())
                .start();
        var ready =
                new BufferedReader(new InputStreamReader(guest.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"READY".equals(ready)) {
            Peer.skipped("NOT COMPARED: no guest runs here: " + Files.readString(folder.resolve("run-guest.log")));
        }
    }

    @AfterAll
    void end() throws IOException, InterruptedException {
        if (guest != null) {
            guest.getOutputStream().close();
            assertThat(guest.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @Order(1)
    void runsOnAfterACommand() throws IOException {
        var run = wyrm.run("--gdb", folder.resolve("gdb.sock"), "sys");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("runs on then");
        assertThat(qmp("{\"execute\": \"query-status\"}")).contains("\"running\": true");
    }

    @Test
    @Order(2)
    void staysStoppedWhereTheUserWantsIt() throws IOException {
        for (var command : COMMANDS) {
            byStub.put(command, rows(command, "--gdb", folder.resolve("gdb.sock") + ",stopped"));
        }

        assertThat(byStub.get("tasks").lines().count()).isGreaterThan(40);
        assertThat(byStub.get("bt -a")).contains("CPU: 0", "CPU: 1").doesNotContain("no NT_PRSTATUS");
        assertThat(qmp("{\"execute\": \"query-status\"}")).contains("\"running\": false");
    }

    @Test
    @Order(3)
    void showsWhatADumpOfThatMomentShows() throws IOException {
        var dump = folder.resolve("vmcore");
        qmp("{\"execute\": \"dump-guest-memory\", \"arguments\": {\"paging\": false, \"protocol\": \"file:%s\"}}"
                .formatted(dump));

        assertThat(byStub).hasSameSizeAs(COMMANDS);
        for (var command : COMMANDS) {
            assertThat(byStub.get(command)).as(command).isEqualTo(rows(command, "-c", dump));
        }
    }

    @Test
    @Order(4)
    void hasItsMemoryInAPlainFile() {
        assertThat(rows("tasks", "-c", folder.resolve("ram"))).isEqualTo(byStub.get("tasks"));
    }

    private String rows(String command, Object... target) {
        var words = new ArrayList<Object>(List.of(target));
        words.addAll(List.of(command.split(" ")));
        var run = wyrm.run(words.toArray());
        assertThat(run.code()).as(run.err()).isZero();
        return run.out();
    }

    /** {@return what QEMU answers to a command} */
    private String qmp(String command) throws IOException {
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("qmp.sock")))) {
            var answers = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
            var requests = Channels.newWriter(socket, StandardCharsets.UTF_8);
            answers.readLine();
            var answer = "";
            for (var each : List.of("{\"execute\": \"qmp_capabilities\"}", command)) {
                requests.write(each + "\n");
                requests.flush();
                do {
                    answer = answers.readLine();
                } while (answer != null && !answer.contains("\"return\"") && !answer.contains("\"error\""));
            }
            assertThat(answer).contains("\"return\"");
            return answer;
        }
    }
}
