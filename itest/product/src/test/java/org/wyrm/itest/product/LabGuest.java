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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The lab's guest, running, until it is closed.
 *
 * @param folder where its sockets are
 */
record LabGuest(Path folder, Process process) {
    private static final long END_SECONDS = 20;

    /** {@return a guest that has booted; where none can run, the tests are skipped aloud} */
    static LabGuest boot(Path folder) throws IOException {
        Lab.ensure();
        var log = folder.resolve("run-guest.log");
        var process = new ProcessBuilder(
                        Wyrm.root().resolve("itest/lab/run-guest.sh").toString(), folder.toString())
                .redirectError(log.toFile())
                .start();
        var ready =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"READY".equals(ready)) {
            Peer.skipped("NOT COMPARED: no guest runs here: " + Files.readString(log));
        }
        return new LabGuest(folder, process);
    }

    Path gdbSocket() {
        return folder.resolve("gdb.sock");
    }

    Path qmpSocket() {
        return folder.resolve("qmp.sock");
    }

    /** {@return what QEMU answers to a command without arguments} */
    String qmp(String command) throws IOException {
        return request("{\"execute\": \"%s\"}".formatted(command));
    }

    /** {@return whether QEMU says that it runs} */
    boolean isRunning() throws IOException {
        return qmp("query-status").contains("\"running\": true");
    }

    /** A dump of this moment gives the same rows, by command. */
    void assertDumpShows(Wyrm wyrm, Map<String, String> rows) throws IOException {
        var dump = folder.resolve("vmcore");
        dump(dump);

        assertThat(rows).isNotEmpty();
        rows.forEach((command, seen) -> assertThat(seen).as(command).isEqualTo(wyrm.rows(command, "-c", dump)));
    }

    /** Has QEMU write its memory as ELF. */
    private void dump(Path file) throws IOException {
        request("{\"execute\": \"dump-guest-memory\", \"arguments\": {\"paging\": false, \"protocol\": \"file:%s\"}}"
                .formatted(file));
    }

    private String request(String command) throws IOException {
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(qmpSocket()))) {
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

    void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}
