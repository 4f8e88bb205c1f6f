package org.wyrm.debuginfo.debuginfod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TestFiles;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient.Artifact;
import org.wyrm.elf.BuildId;

/** Asks a server made for each test; {@link DebuginfodServerTest} asks the real one. */
@Timeout(60)
class DebuginfodClientTest {
    private static final String ID = "abcdef0123";
    private static final BuildId BUILD_ID = new BuildId(ID);
    private static final byte[] FILE = TestFiles.debugFile(ID);

    @TempDir
    Path cache;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());
    private final List<String> warnings = new ArrayList<>();
    private final Progress telling = new Progress() {
        @Override
        public void report(String what, long done, OptionalLong total) {
            if (done > 0) {
                progress.add(done);
            }
        }

        @Override
        public void end() {
            progress.add(-1L);
        }
    };
    private final CountDownLatch testIsOver = new CountDownLatch(1);
    private final Cancellation cancellation = new Cancellation();
    private HttpServer server;
    private volatile Answer answer = exchange -> send(exchange, FILE);

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void startServer() throws IOException {
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
    void stopServer() {
        testIsOver.countDown();
        server.stop(0);
    }

    private static void send(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void refuse(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Long enough for a server that answers, short enough for those that do not. */
    private Duration stall = Duration.ofMillis(400);

    private DebuginfodSettings settings(long mostByteSize, String... servers) {
        return new DebuginfodSettings(
                Arrays.stream(servers).map(URI::create).toList(),
                cache,
                stall,
                Optional.of(Duration.ofSeconds(20)),
                mostByteSize);
    }

    private FetchResult fetch(DebuginfodSettings settings) {
        return new DebuginfodClient(settings, telling, warnings::add)
                .fetch(BUILD_ID, Artifact.DEBUG_INFORMATION, "thing", cancellation);
    }

    private FetchResult fetch() {
        return fetch(settings(1 << 20, address()));
    }

    private Map<String, String> reasons(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Missing.class);
        return ((FetchResult.Missing) result).reasons();
    }

    private void assertNothingIsLeft() throws IOException {
        try (var files = Files.walk(cache)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void keepsWhatAServerSends() throws IOException {
        var path = cache.resolve(ID).resolve("debuginfo");

        assertThat(fetch()).isEqualTo(new FetchResult.Found(path, FetchResult.Origin.SERVER));
        assertThat(Files.readAllBytes(path)).isEqualTo(FILE);
        assertThat(fetch()).isEqualTo(new FetchResult.Found(path, FetchResult.Origin.CACHE));
        assertThat(asked).containsExactly("/buildid/" + ID + "/debuginfo");
    }

    @Test
    void asksForWhatIsLoadedToo() {
        var client = new DebuginfodClient(settings(1 << 20, address() + "/below"), Progress.NONE, warnings::add);

        assertThat(client.fetch(BUILD_ID, Artifact.EXECUTABLE, "thing", cancellation))
                .isInstanceOf(FetchResult.Found.class);
        assertThat(asked).containsExactly("/below/buildid/" + ID + "/executable");
    }

    @Test
    void asksTheNextServerWhenOneHasNothing() {
        var other = "http://127.0.0.1:1";

        assertThat(fetch(settings(1 << 20, other, address()))).isInstanceOf(FetchResult.Found.class);
    }

    @Test
    void remembersForAWhileThatNoServerHasIt() throws IOException {
        answer = exchange -> refuse(exchange, 404);

        assertThat(reasons(fetch())).containsExactly(Map.entry(address(), "has no such file"));
        assertThat(reasons(fetch()))
                .allSatisfy((file, reason) -> assertThat(reason).matches("no server had it \\d+ s ago"));
        assertThat(asked).hasSize(1);

        answer = exchange -> send(exchange, FILE);
        Files.setLastModifiedTime(
                cache.resolve(ID).resolve("debuginfo"),
                FileTime.fromMillis(System.currentTimeMillis() - 11 * 60 * 1000));
        assertThat(fetch()).isInstanceOf(FetchResult.Found.class);
    }

    @Nested
    class IsNotTaken {
        @Test
        void anAnswerThatSaysNo() throws IOException {
            answer = exchange -> refuse(exchange, 503);

            assertThat(reasons(fetch())).containsValue("answered 503");
            assertNothingIsLeft();
        }

        @Test
        void aServerThatIsNotThere() throws IOException {
            int free;
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                free = socket.getLocalPort();
            }

            assertThat(reasons(fetch(settings(1 << 20, "http://127.0.0.1:" + free))))
                    .containsValue("cannot be reached");
            assertNothingIsLeft();
        }

        @Test
        void aFileWithAnotherBuildId() throws IOException {
            answer = exchange -> send(exchange, TestFiles.debugFile("ffff"));

            assertThat(reasons(fetch())).containsValue("sent a file with build ID ffff");
            assertNothingIsLeft();
        }

        @Test
        void whatIsNoElfFile() throws IOException {
            answer = exchange -> send(exchange, TestFiles.text("<html>log in first</html>"));

            assertThat(reasons(fetch()).values())
                    .singleElement()
                    .asString()
                    .startsWith("sent what cannot be read: ")
                    .endsWith("is not an ELF file");
            assertNothingIsLeft();
        }

        @Test
        void aFileThatIsCutShort() throws IOException {
            answer = exchange -> {
                exchange.sendResponseHeaders(200, FILE.length);
                exchange.getResponseBody().write(FILE, 0, FILE.length / 2);
                exchange.getResponseBody().flush();
                // The server notices on close() that more was promised; the connection ends there.
                exchange.getHttpContext().getServer().stop(0);
            };

            assertThat(reasons(fetch())).hasSize(1);
            assertNothingIsLeft();
        }

        @Test
        void aFileThatIsTooLarge() throws IOException {
            assertThat(reasons(fetch(settings(FILE.length - 1, address()))))
                    .containsValue("the file is larger than %d bytes".formatted(FILE.length - 1));
            assertNothingIsLeft();
        }

        @Test
        void aFileThatStopsComing() throws IOException {
            answer = exchange -> {
                exchange.sendResponseHeaders(200, FILE.length);
                exchange.getResponseBody().write(FILE, 0, 10);
                exchange.getResponseBody().flush();
                awaitTheEnd();
            };

            assertThat(reasons(fetch())).containsValue("sent nothing for 0 s");
            assertNothingIsLeft();
        }
    }

    @Test
    void aServerThatIsNotThereIsAskedAndToldOfOnce() throws IOException {
        var client = new DebuginfodClient(settings(1 << 20, "http://127.0.0.1:1"), telling, warnings::add);

        var first = reasons(client.fetch(BUILD_ID, Artifact.DEBUG_INFORMATION, "thing", cancellation));
        var second = reasons(client.fetch(BUILD_ID, Artifact.EXECUTABLE, "other", cancellation));

        assertThat(first).containsValue("cannot be reached");
        assertThat(second).containsValue("is not asked again: it did not answer before");
        assertThat(warnings).containsExactly("http://127.0.0.1:1: no file of thing: cannot be reached");
        assertNothingIsLeft();
    }

    private void awaitTheEnd() {
        try {
            testIsOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void cancellationEndsADownloadAtOnce() throws IOException {
        var isUnderWay = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (testIsOver.getCount() > 0) {
                exchange.getResponseBody().write(new byte[100]);
                exchange.getResponseBody().flush();
                isUnderWay.countDown();
            }
        };
        var canceller = Thread.startVirtualThread(() -> {
            try {
                isUnderWay.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancellation.cancel("Ctrl-C");
        });
        var start = System.nanoTime();

        assertThatThrownBy(() -> fetch(settings(Long.MAX_VALUE, address())))
                .isInstanceOf(CancelledException.class)
                .hasMessage("Ctrl-C");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(canceller).isNotNull();
        assertNothingIsLeft();
    }

    @Test
    void progressIsToldWhileItGoesOn() {
        stall = Duration.ofSeconds(20); // The server waits, on a busy machine for long.
        answer = exchange -> {
            exchange.sendResponseHeaders(200, FILE.length);
            exchange.getResponseBody().write(FILE, 0, 10);
            exchange.getResponseBody().flush();
            for (var waited = 0; progress.isEmpty() && waited < 1000; waited++) {
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
            exchange.getResponseBody().write(FILE, 10, FILE.length - 10);
        };

        assertThat(fetch()).isInstanceOf(FetchResult.Found.class);
        assertThat(progress).first().isEqualTo(10L);
        assertThat(progress).last().isEqualTo(-1L);
        assertThat(warnings).isEmpty();
    }

    @Test
    void theFinderAsksWhenAllElseFailed() {
        var client = new DebuginfodClient(settings(1 << 20, address()), Progress.NONE, warnings::add);
        var wanted = new WantedFile.Program(Path.of("/usr/bin/none"), Optional.of(BUILD_ID));
        var settings = DebugFileSettings.below(cache.resolve("root"));

        var found = new DebugFileFinder(settings, List.of(), Optional.of(client), CacheFolder.none())
                .find(wanted, cancellation);
        var without = new DebugFileFinder(settings, List.of()).find(wanted, cancellation);

        assertThat(found.debugFile()).map(file -> file.way()).contains(SearchWay.DEBUGINFOD);
        assertThat(without.debugFile()).isEmpty();
    }

    @Nested
    class Settings {
        @Test
        void areThoseOfElfutils() {
            var settings = DebuginfodSettings.ofEnvironment(Map.of(
                    "DEBUGINFOD_URLS", "https://a.example/ ftp://b.example http://c.example:8002 nonsense:",
                    "DEBUGINFOD_TIMEOUT", "5",
                    "DEBUGINFOD_MAXTIME", "60",
                    "DEBUGINFOD_MAXSIZE", "1000",
                    "HOME", "/home/nobody-here"));

            assertThat(settings)
                    .isEqualTo(new DebuginfodSettings(
                            List.of(URI.create("https://a.example"), URI.create("http://c.example:8002")),
                            Path.of("/home/nobody-here/.cache/debuginfod_client"),
                            Duration.ofSeconds(5),
                            Optional.of(Duration.ofSeconds(60)),
                            1000));
        }

        @Test
        void nameTheCacheFolder() {
            var servers = Map.of("DEBUGINFOD_URLS", "http://a.example", "HOME", cache.toString());
            var set = new java.util.HashMap<>(servers);

            set.put("XDG_CACHE_HOME", "/x");
            assertThat(folder(set)).isEqualTo(Path.of("/x/debuginfod_client"));
            set.put("DEBUGINFOD_CACHE_PATH", "/y");
            assertThat(folder(set)).isEqualTo(Path.of("/y"));
        }

        private Path folder(Map<String, String> environment) {
            return DebuginfodSettings.ofEnvironment(environment).cacheFolder();
        }

        @Test
        void areNoneWithoutServers() {
            assertThatThrownBy(() -> DebuginfodSettings.ofEnvironment(Map.of("HOME", "/root")))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("debuginfod: the variable DEBUGINFOD_URLS names no server");
            assertThatThrownBy(() -> DebuginfodSettings.ofEnvironment(Map.of("DEBUGINFOD_URLS", "ftp://a.example")))
                    .hasMessageEndingWith("names no server of http or https: 'ftp://a.example'");
        }

        @Test
        void areNoneWithoutAFolder() {
            assertThatThrownBy(() -> DebuginfodSettings.ofEnvironment(Map.of("DEBUGINFOD_URLS", "http://a.example")))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("DEBUGINFOD_CACHE_PATH");
        }
    }
}
