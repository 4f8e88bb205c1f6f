package org.wyrm.itest.layers;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds what others build against to its baseline, {@code src/test/resources/api}: a file for each bundle whose exported
 * packages are API. With {@code -Dwyrm.api.baseline=write} the baseline is written instead: that is part of a release, see
 * docs/adr/0016-versions-of-the-api.md.
 */
class ApiTest {
    private static final Path BASELINE = Tree.root().resolve("itest/layers/src/test/resources/api");
    private static final String WHOLE = "wyrm.api";

    private static boolean isApi(Tree.Module module) {
        return Files.exists(BASELINE.resolve("org.wyrm." + module.name() + ".txt"));
    }

    private static List<Tree.Module> api() {
        return Tree.modules().stream().filter(ApiTest::isApi).toList();
    }

    private static Version whole() {
        var base = Tree.modules().stream()
                .filter(module -> module.name().equals("base"))
                .findFirst()
                .orElseThrow();
        return new Version(
                base.headers().clauses("Provide-Capability").get(WHOLE).getVersion());
    }

    @Test
    void theVersionsOfPackagesTellWhatChanged() throws Exception {
        var rule = new ApiRule();
        for (var module : api()) {
            var file = BASELINE.resolve("org.wyrm." + module.name() + ".txt");
            var now = ApiTree.ofBundle(module.folder().resolve("target/classes"));
            if ("write".equals(System.getProperty("wyrm.api.baseline"))) {
                Files.writeString(file, ApiTree.text(now));
            }
            rule.compare(now, ApiTree.ofText(Files.readString(file)));
        }
        var before = BASELINE.resolve(WHOLE);
        if ("write".equals(System.getProperty("wyrm.api.baseline"))) {
            Files.writeString(before, whole() + "\n");
        }

        assertThat(rule.wrong())
                .as("Raise the @Version in the package-info of these (docs/help/api.md).")
                .isEmpty();
        assertThat(whole())
                .as(
                        "the version of wyrm.api, in the package-info of org.wyrm.base.contribution: the largest change is %s",
                        rule.largest())
                .isGreaterThanOrEqualTo(
                        ApiRule.least(new Version(Files.readString(before).strip()), rule.largest()));
    }

    @Test
    void everyFileIsOfABundle() throws IOException {
        try (var files = Files.list(BASELINE)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals(WHOLE)))
                    .containsExactlyInAnyOrderElementsOf(api().stream()
                            .map(module -> "org.wyrm." + module.name() + ".txt")
                            .toList());
        }
    }

    /** What API takes and gives is API, too: else nobody could use it. */
    @Test
    void saysNothingThatIsNoApi() {
        var packages = new TreeSet<String>();
        api().forEach(module ->
                packages.addAll(module.headers().clauses("Export-Package").keySet()));
        var wrong = new ArrayList<String>();
        for (var module : api()) {
            module.headers()
                    .clauses("Export-Package")
                    .forEach((name, attributes) -> Stream.of(
                                    attributes.getOrDefault("uses:", "").split(","))
                            .filter(used -> used.startsWith("org.wyrm.") && !packages.contains(used))
                            .forEach(used -> wrong.add(name + " says " + used)));
        }

        assertThat(packages).hasSizeGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    @Test
    void isWhatThePageSays() throws IOException {
        var page = Files.readString(Tree.root().resolve("docs/help/api.md"));
        var rows = Pattern.compile("^\\| `(org\\.wyrm\\.[\\w.]+)` \\|", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());

        assertThat(rows)
                .isEqualTo(api().stream()
                        .map(module -> "org.wyrm." + module.name())
                        .collect(Collectors.toSet()));
    }
}
