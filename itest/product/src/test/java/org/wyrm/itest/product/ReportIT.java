package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report of a dump: all that its commands say, whatever becomes of some of them. */
@Timeout(300)
class ReportIT {
    private static final List<String> SECTIONS = List.of(
            "system",
            "crash",
            "log",
            "running",
            "blocked",
            "memory",
            "processes",
            "modules",
            "mounts",
            "ext4",
            "xfs",
            "btrfs",
            "disks",
            "dm",
            "virtioblk",
            "zram",
            "requests",
            "network",
            "sockets",
            "nfhooks",
            "bpf");

    private static final int WORDS_DAMAGED = 100;

    @TempDir
    Path folder;

    private static Wyrm.Run report(Wyrm wyrm, Path dump, Object... options) {
        var words = new ArrayList<Object>(List.of("-c", dump, "--application", "org.wyrm.app.report"));
        words.addAll(List.of(options));
        return wyrm.run(words.toArray());
    }

    private static Map<String, JsonNode> sections(Wyrm.Run run) {
        var sections = new TreeMap<String, JsonNode>();
        Json.rows(run.out()).forEach(row -> sections.put(row.required("name").asText(), row));
        return sections;
    }

    /**
     * Asserts that each section is what its command says by itself: rows, code and messages, but for what the report says
     * of the dump as a whole.
     */
    private static void assertIsOfCommands(Wyrm.Run run, Path dump) {
        var sections = sections(run);
        assertThat(sections.keySet()).containsExactlyInAnyOrderElementsOf(SECTIONS);
        sections.forEach((name, section) -> {
            var words = new ArrayList<Object>(List.of("-c", dump));
            words.addAll(List.of(section.required("command").asText().split(" ")));
            words.addAll(List.of("--format", "json"));
            var alone = Wyrm.built().run(words.toArray());
            assertThat(section.required("code").asInt()).as("%s", alone).isEqualTo(alone.code());
            assertThat(section.required("target").asText()).isEqualTo(dump.toString());
            var messages = new ArrayList<String>();
            section.required("messages").forEach(message -> messages.add(message.asText()));
            assertThat(messages)
                    .isEqualTo(alone.errLines().stream()
                            .filter(line -> !run.errLines().contains(line))
                            .map(line -> line.replaceFirst("^wyrm: ", ""))
                            .toList());
            var rows = alone.out().isEmpty() ? List.<JsonNode>of() : Json.rows(alone.out());
            var reported = new ArrayList<JsonNode>();
            section.required("rows").forEach(reported::add);
            assertThat(reported).as(name).isEqualTo(rows);
            assertThat(section.required("row_count").asInt()).isEqualTo(rows.size());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1 panic256", "6.12 bpf256", "5.10 stuck256"})
    void saysWhatItsCommandsSay(String dumpOfKernel) {
        var names = dumpOfKernel.split(" ");
        var dump = GuestDump.of(names[0], names[1]).file();

        var run = report(Wyrm.built(), dump, "--format", "json").expectClean();

        assertIsOfCommands(run, dump);
        var crash = sections(run).get("crash");
        assertThat(crash.required("code").asInt()).isEqualTo(names[1].startsWith("panic") ? 0 : 7);
        assertThat(crash.required("rows").size()).isEqualTo(names[1].startsWith("panic") ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void ofADamagedDumpSaysWhatCanBeSaid(long seed) throws IOException {
        var damaged = damaged(GuestDump.of("6.1", "kaslr256").file(), seed);

        var run = report(Wyrm.built(), damaged, "--format", "json");

        assertThat(run.code()).as("%s", run).isNotEqualTo(70);
        // What the tables of the kernel lack is said once, when the dump is opened.
        assertThat(run.errLines()).allMatch(line -> line.startsWith("wyrm: warning: ") && line.contains("left out"));
        assertIsOfCommands(run, damaged);
        var highest = sections(run).values().stream()
                .mapToInt(section -> section.required("code").asInt())
                .filter(code -> code != 7)
                .max();
        assertThat(run.code()).isEqualTo(highest.orElseThrow());
        var codes = sections(run).values().stream()
                .collect(Collectors.groupingBy(
                        section -> section.required("code").asInt(), TreeMap::new, Collectors.counting()));
        System.out.println("ReportIT: seed " + seed + ": sections by their code: " + codes);
    }

    /** {@return a copy of a dump with some of its words overwritten} */
    private Path damaged(Path dump, long seed) throws IOException {
        var copy = Files.copy(dump, folder.resolve("damaged-" + seed));
        var random = new SplittableRandom(seed);
        try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            var word = ByteBuffer.allocate(Long.BYTES);
            var headers = 1 << 20;
            for (var i = 0; i < WORDS_DAMAGED; i++) {
                word.clear().putLong(random.nextLong()).flip();
                channel.write(word, random.nextLong(headers, channel.size() - Long.BYTES) & -Long.BYTES);
            }
        }
        return copy;
    }

    @Test
    void outlivesPlugInsThatThrowHangOrExit() throws Exception {
        var dump = GuestDump.of("6.1", "panic256").file();
        var wyrm = Wyrm.built().with("HOME", folder.resolve("home").toString());
        var jar = TestPlugin.build(folder, "1.0.0", "good day");
        wyrm.run("plugin", "install", jar.toString(), "--unsigned").expectClean();

        var run = report(wyrm, dump, "--format", "json", "--seconds", "4");

        var sections = sections(run);
        assertThat(run.code()).as("%s", run).isEqualTo(1);
        assertThat(message(sections, "broken")).startsWith("this is a bug of a plug-in, in com.example.hello");
        assertThat(message(sections, "exit")).contains("a plug-in");
        assertThat(message(sections, "quiet")).isEqualTo("stopped after 4 s");
        assertThat(message(sections, "stubborn")).startsWith("abandoned: it did not stop");
        assertThat(sections.get("printing").required("rows")).hasSize(1);
        SECTIONS.forEach(name ->
                assertThat(sections.get(name).required("code").asInt()).as(name).isEqualTo(name.equals("dm") ? 7 : 0));
    }

    private static String message(Map<String, JsonNode> sections, String name) {
        var section = sections.get(name);
        assertThat(section.required("code").asInt()).as("%s", section).isEqualTo(1);
        var messages = section.required("messages");
        return messages.get(messages.size() - 1).asText();
    }

    @Test
    void isOfTheSectionsThatAreWanted() {
        var dump = GuestDump.of("6.1", "panic256").file();

        var run = report(Wyrm.built(), dump, "--only", "system,modules", "--limit", "2", "--title", "Host 7");

        assertThat(run.expectClean().out())
                .startsWith("Host 7\n======\n\nSystem (sys)\n------------\n        DUMP: ELF vmcore\n")
                .containsPattern("\nModules \\(mod\\)\n-------------\nNAME .*\n.*\n.*\n$");
    }

    @Test
    void tellsOnceWhyATargetCannotBeOpened() {
        var run = report(Wyrm.built(), folder.resolve("none"), "--format", "html");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).hasSize(1);
    }

    /** The page in a browser: whole, nothing of the target became markup, and a click sorts a table. */
    @Test
    void isAPageOfABrowser() throws Exception {
        var dump = GuestDump.of("6.1", "panic256").file();
        var page = report(Wyrm.built(), dump, "--format", "html").expectClean().out();
        // Scripts of the test: what a click does, and what the browser says of the page.
        var clicked = page.replace("</body>", """
                <script>
                const pids = () => [...document.querySelectorAll('#processes tbody tr')].map(row => row.cells[0].textContent);
                const rss = document.querySelectorAll('#processes th')[6];
                rss.click();
                const up = pids().at(-1);
                rss.click();
                document.body.dataset.told = [document.querySelectorAll('section').length,
                  document.querySelectorAll('nav a').length, document.querySelectorAll('#log pre').length,
                  document.querySelectorAll('script').length, up === pids()[0]].join(' ');
                </script></body>""");
        var file = Files.writeString(folder.resolve("report.html"), clicked);

        var dom = String.join(
                "\n",
                Peer.of("timeout", "60", "chromium")
                        .ask(List.of(), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://" + file));

        var told = Pattern.compile("data-told=\"([^\"]*)\"").matcher(dom);
        assertThat(told.find()).as(dom).isTrue();
        assertThat(told.group(1)).isEqualTo(SECTIONS.size() + " " + SECTIONS.size() + " 1 2 true");
        assertThat(page).contains("<td>ELF vmcore</td>").doesNotContain("http:", "https:", "src=");
    }
}
