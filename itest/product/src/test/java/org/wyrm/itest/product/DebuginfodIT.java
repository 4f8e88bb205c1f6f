package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The product and servers of debug files on loopback: elfutils' own, and ones that misbehave. */
@Timeout(120)
@Tag("alone")
class DebuginfodIT {
    private static final String DEMO_KERNEL = "3b43fad5034874490492495d552c0af6a5fab235";

    /** A type that the dump's own does not have. */
    private static final String TYPE = "struct only_from_a_server";

    private static final String PATH = "/buildid/" + DEMO_KERNEL + "/debuginfo";

    @TempDir
    Path folder;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch isUnderWay = new CountDownLatch(1);
    private final CountDownLatch testIsOver = new CountDownLatch(1);
    private HttpServer server;
    private volatile Answer answer = exchange -> exchange.sendResponseHeaders(404, -1);
    private Path debugFile;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void prepare() throws Exception {
        debugFile = compile(DEMO_KERNEL);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().toString());
                answer.to(exchange);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        testIsOver.countDown();
        server.stop(0);
    }

    private Path compile(String buildId) throws Exception {
        var source = Files.writeString(
                folder.resolve("kernel.c"),
                TYPE + " { int one; long two; } thing;\nint f(void) { return thing.one; }\n");
        var file = Files.createDirectories(folder.resolve("files")).resolve(buildId.substring(0, 4) + ".so");
        var gcc = List.of(
                "gcc",
                "-fPIC",
                "-g",
                "-shared",
                "-nostdlib",
                "-Wl,--build-id=0x" + buildId,
                "-o",
                file.toString(),
                source.toString());
        assertThat(new ProcessBuilder(gcc).inheritIO().start().waitFor()).isZero();
        return file;
    }

    private static void send(HttpExchange exchange, byte[] body, int promisedByteSize) throws IOException {
        exchange.sendResponseHeaders(200, promisedByteSize);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private Path cache() {
        return folder.resolve("servers");
    }

    private Wyrm wyrm(String servers) {
        return Wyrm.built()
                .with("HOME", folder.toString())
                .with("DEBUGINFOD_CACHE_PATH", cache().toString())
                .with("DEBUGINFOD_TIMEOUT", "1")
                .with("DEBUGINFOD_URLS", servers);
    }

    private static Object[] line(String... words) {
        var line = new ArrayList<Object>(List.of("--demo", "--main-symbols", "--try-symbols-by", "debuginfod"));
        line.addAll(List.of(words));
        return line.toArray();
    }

    private void assertNothingIsKept() throws IOException {
        if (Files.exists(cache())) {
            try (var files = Files.walk(cache())) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Nested
    class ElfutilsOwnServer {
        private Process debuginfod;
        private String elfutils;

        @BeforeEach
        void start() throws Exception {
            int port;
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            elfutils = "http://127.0.0.1:" + port;
            try {
                debuginfod = new ProcessBuilder(
                                "debuginfod",
                                "-d",
                                folder.resolve("index.sqlite").toString(),
                                "-p",
                                Integer.toString(port),
                                "-F",
                                debugFile.getParent().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("debuginfod.log").toFile())
                        .start();
            } catch (IOException e) {
                System.err.println("NOT TESTED: elfutils' server (apt-get install debuginfod)");
                abort("debuginfod is not installed");
            }
            awaitIndexed();
        }

        @AfterEach
        void end() throws InterruptedException {
            if (debuginfod != null) {
                debuginfod.destroy();
                debuginfod.waitFor(10, TimeUnit.SECONDS);
            }
        }

        private void awaitIndexed() throws Exception {
            try (var client = HttpClient.newHttpClient()) {
                var request =
                        HttpRequest.newBuilder(URI.create(elfutils + PATH)).build();
                for (var tries = 0; tries < 300; tries++) {
                    Thread.sleep(100);
                    try {
                        if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                            return;
                        }
                    } catch (IOException e) {
                        // It does not listen yet.
                        assertThat(debuginfod.isAlive()).isTrue();
                    }
                }
            }
            throw new AssertionError(Files.readString(folder.resolve("debuginfod.log")));
        }

        @Test
        void sendsWhatTheDumpHasNot() throws Exception {
            var fetched = wyrm(elfutils).run(line("type", TYPE)).expectClean().out();
            debuginfod.destroy();
            assertThat(debuginfod.waitFor(10, TimeUnit.SECONDS)).isTrue();
            var kept = wyrm(elfutils).run(line("type", TYPE)).expectClean().out();

            assertThat(fetched).startsWith(TYPE + " {").contains("long two;").isEqualTo(kept);
            assertThat(Files.readAllBytes(cache().resolve(DEMO_KERNEL).resolve("debuginfo")))
                    .isEqualTo(Files.readAllBytes(debugFile));
        }

        @Test
        void mayNotHaveTheFilesOfModules() {
            var rows = Json.rows(wyrm(elfutils)
                    .run("--demo", "--try-symbols-by", "debuginfod", "debuginfo", "-v", "--format", "json")
                    .expectClean()
                    .out());

            assertThat(rows.getFirst().get("way").asText()).isEqualTo("debuginfod");
            assertThat(rows.getLast().get("tried").toString()).contains(elfutils + ": has no such file");
        }
    }

    @Test
    void isNotAskedUnlessTheUserWantsIt() {
        wyrm(address()).run("--demo", "type", "list_head").expectClean();
        wyrm(address()).run("--demo", "debuginfo").expectClean();

        assertThat(asked).isEmpty();
    }

    @Test
    void withoutAServerItIsAUsageError() {
        var run = wyrm("").run(line("type", "list_head"));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("wyrm: debuginfod: the variable DEBUGINFOD_URLS names no server\n");
    }

    @Nested
    class TheCommandGoesOnWithout {
        /** The kernel's own types are enough for it. */
        private void goesOn(String servers, String warning) throws IOException {
            var run = wyrm(servers).run(line("type", "list_head"));

            assertThat(run.code()).as("%s", run).isZero();
            assertThat(run.out()).startsWith("struct list_head {");
            assertThat(run.errLines())
                    .singleElement()
                    .asString()
                    .startsWith("wyrm: warning: ")
                    .contains(warning);
            assertThat(wyrm(servers)
                            .run(
                                    "-q",
                                    "--demo",
                                    "--main-symbols",
                                    "--try-symbols-by",
                                    "debuginfod",
                                    "type",
                                    "list_head")
                            .expectClean()
                            .out())
                    .isEqualTo(run.out());
            assertNothingIsKept();
        }

        @Test
        void aServerThatIsDown() throws IOException {
            goesOn(
                    "http://127.0.0.1:1",
                    "http://127.0.0.1:1: no file of kernel 6.1.0-56-cloud-amd64: cannot be reached");
        }

        @Test
        void aServerThatSaysNothing() throws IOException {
            answer = exchange -> await();

            goesOn(address(), ": sent nothing for 1 s");
        }

        @Test
        void aServerInTrouble() throws IOException {
            answer = exchange -> exchange.sendResponseHeaders(500, -1);

            goesOn(address(), ": answered 500");
        }

        @Test
        void aFileOfAnotherBuild() throws Exception {
            var other = Files.readAllBytes(compile("ffff" + DEMO_KERNEL.substring(4)));
            answer = exchange -> send(exchange, other, other.length);

            goesOn(address(), ": sent a file with build ID ffff");
        }

        @Test
        void aFileThatIsCutShort() throws IOException {
            var half = Arrays.copyOf(Files.readAllBytes(debugFile), 3000);
            answer = exchange -> send(exchange, half, half.length);

            goesOn(address(), ": sent ");
        }

        @Test
        void aConnectionThatBreaksOff() throws IOException {
            var whole = Files.readAllBytes(debugFile);
            answer = exchange -> send(exchange, Arrays.copyOf(whole, 3000), whole.length);

            goesOn(address(), ": no file of kernel");
        }
    }

    private void await() {
        try {
            testIsOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a part, and the rest after 3 seconds. */
    private void sendSlowly() throws IOException {
        var whole = Files.readAllBytes(debugFile);
        answer = exchange -> {
            send(exchange, Arrays.copyOf(whole, whole.length / 2), whole.length);
            isUnderWay.countDown();
            try {
                testIsOver.await(3, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseBody().write(whole, whole.length / 2, whole.length - whole.length / 2);
        };
    }

    @Test
    void aDownloadIsToldOfOnATerminalOnly() throws IOException {
        sendSlowly();
        var patient = wyrm(address()).with("DEBUGINFOD_TIMEOUT", "30").with("TERM", "xterm");
        var command = " --demo --main-symbols --try-symbols-by debuginfod type " + TYPE.replace(' ', '_');
        var words = command.replace("struct_", "");

        var shown = patient.shell("script -qec \"$wyrm" + words + " > " + folder + "/rows\" /dev/null");
        Files.delete(cache().resolve(DEMO_KERNEL).resolve("debuginfo"));
        var quiet = patient.shell("script -qec \"$wyrm -q" + words + " > " + folder + "/rows2\" /dev/null");
        Files.delete(cache().resolve(DEMO_KERNEL).resolve("debuginfo"));
        patient.shell("$wyrm" + words).expectClean();

        assertThat(shown.out())
                .contains("\r\033[K\033[?7ldownloading debugging information of kernel 6.1.0-56-cloud-amd64 from "
                        + address() + " … 50 %\033[?7h")
                .endsWith("\r\033[K");
        assertThat(quiet.out()).isEmpty();
        assertThat(Files.readString(folder.resolve("rows")))
                .startsWith(TYPE)
                .isEqualTo(Files.readString(folder.resolve("rows2")));
    }

    @Test
    void ctrlCEndsADownloadAndLeavesNothingOfIt() throws Exception {
        sendSlowly();
        var patient = wyrm(address()).with("DEBUGINFOD_TIMEOUT", "30");
        // A check that runs in the background of a shell has SIGINT ignored, and so have its children.
        var line = new ArrayList<>(List.of("/usr/bin/env", "--default-signal=INT"));
        line.addAll(patient.line(line("type", TYPE)));
        var process = patient.start(line);
        assertThat(isUnderWay.await(30, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(200);

        var began = System.nanoTime();
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        var run = patient.finish(line, process);
        var took = Duration.ofNanos(System.nanoTime() - began);

        System.err.println("Ctrl-C ended a download after " + took.toMillis() + " ms");
        assertThat(run.code()).isEqualTo(130);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).doesNotContain("abandoned");
        // 0.1 s where nothing else runs; here, others do.
        assertThat(took).isLessThan(Duration.ofSeconds(1));
        assertNothingIsKept();
    }
}
