package org.wyrm.debuginfo.debuginfod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.debuginfo.TestFiles;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient.Artifact;
import org.wyrm.elf.BuildId;

/** Asks elfutils' own server, Debian's package {@code debuginfod}, on loopback; skipped where it is not installed. */
@Timeout(120)
class DebuginfodServerTest {
    private static final String ID = "abcdef0123456789abcdef0123456789abcdef01";
    private static final byte[] FILE = TestFiles.debugFile(ID);
    private static final String ABSENT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path folder;

    @Test
    void theRealServerIsUnderstood() throws IOException, InterruptedException {
        TestFiles.write(folder.resolve("files/true.debug"), FILE);
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var server = start(port);
        try {
            var address = URI.create("http://127.0.0.1:" + port);
            awaitIndexed(address, server);
            var settings = new DebuginfodSettings(List.of(address), folder.resolve("cache"));
            var client = new DebuginfodClient(settings, Progress.NONE, warning -> {});

            var found = client.fetch(new BuildId(ID), Artifact.DEBUG_INFORMATION, "true", new Cancellation());
            var absent = client.fetch(new BuildId(ABSENT), Artifact.DEBUG_INFORMATION, "true", new Cancellation());

            var path = folder.resolve("cache").resolve(ID).resolve("debuginfo");
            assertThat(found).isEqualTo(new FetchResult.Found(path, FetchResult.Origin.SERVER));
            assertThat(Files.readAllBytes(path)).isEqualTo(FILE);
            assertThat(absent)
                    .isInstanceOfSatisfying(
                            FetchResult.Missing.class,
                            missing -> assertThat(missing.reasons())
                                    .isEqualTo(Map.of(address.toString(), "has no such file")));
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process start(int port) {
        var log = folder.resolve("debuginfod.log").toFile();
        try {
            return new ProcessBuilder(
                            "debuginfod",
                            "-d",
                            folder.resolve("index.sqlite").toString(),
                            "-p",
                            Integer.toString(port),
                            "-F",
                            folder.resolve("files").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
        } catch (IOException e) {
            return abort("NOT TESTED with the real server: debuginfod is not installed (apt-get install debuginfod)");
        }
    }

    private void awaitIndexed(URI address, Process server) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            for (var tries = 0; tries < 600; tries++) {
                assertThat(server.isAlive()).as(() -> log()).isTrue();
                try {
                    var request = HttpRequest.newBuilder(address.resolve("/buildid/" + ID + "/debuginfo"))
                            .build();
                    if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // It does not listen yet.
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new AssertionError("debuginfod has not indexed its folder: " + log());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("debuginfod.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
