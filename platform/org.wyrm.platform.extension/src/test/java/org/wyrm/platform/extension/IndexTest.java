package org.wyrm.platform.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.platform.output.Column;

class IndexTest {
    private static IndexedBundle bundle(String symbolicName, String command, String aliases) {
        var option = new OptionDeclaration("deep", "Z", List.of("-d", "--deep"), "", "a\ttab, a\nline, a \\, 0x\u2026");
        var argument = new OptionDeclaration("name", "Ljava/lang/String;", List.of(), "NAME", "a name");
        var declaration = new Declaration(
                Index.COMMANDS,
                Map.of("name", command, "aliases", aliases),
                "org.example.Options",
                List.of(option, argument),
                List.of(new Column("pid", "I")));
        return new IndexedBundle(symbolicName, "1.2.3", "file.jar", Map.of("Bundle-Name", "x"), List.of(declaration));
    }

    @Test
    void whatIsWrittenIsRead() {
        var index = new Index("abc", List.of(bundle("a", "tasks", "ps"), bundle("b", "log", "")));

        assertThat(Index.parse("test", index.toText())).isEqualTo(index);
    }

    @Test
    void whatIsNotAsciiIsReadFromAFileToo(@TempDir Path folder) throws IOException {
        var index = new Index("abc", List.of(bundle("a", "tasks", "ps")));
        var file = Files.writeString(folder.resolve("index"), index.toText());

        assertThat(Files.readString(file)).isASCII();
        assertThat(Index.ofFile(file)).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"option\ta", "option\ta\tZ\t-a\t\t\\u12", "column\ta"})
    void whatIsReadLaterIsToldWithItsPlace(String line) {
        var text = "wyrm-index 1\nbundle\ta\t1\tx\ndeclares\twyrm.command\n" + line + "\n";
        var declared = Index.parse("test", text).declared(Index.COMMANDS).getFirst();

        assertThatThrownBy(() -> declared.declaration().toString())
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        refused -> assertThat(refused.offsetBytes()).isEqualTo(text.indexOf(line)));
    }

    @Test
    void hidesBundlesOfThoseBeforeIt() {
        var before = new Index("", List.of(bundle("a", "tasks", ""), bundle("b", "log", "")));
        var user = Index.parse(
                "text", Index.empty().hiding("a", true).hiding("c", true).toText());

        assertThat(user.hidden()).containsExactlyInAnyOrder("a", "c");
        assertThat(before.with(user).bundles())
                .extracting(IndexedBundle::symbolicName)
                .containsExactly("b");
        assertThat(before.with(user.hiding("a", false)).bundles()).hasSize(2);
        assertThat(before.with(user.with(bundle("a", "jobs", ""))).bundles()).hasSize(2);
    }

    @Test
    void aNameOfACommandCountsBeforeAnAlias() {
        var index = new Index("", List.of(bundle("a", "tasks", "ps,log"), bundle("b", "log", "")));

        assertThat(index.command("log").orElseThrow().bundle().symbolicName()).isEqualTo("b");
        assertThat(index.command("ps").orElseThrow().bundle().symbolicName()).isEqualTo("a");
        assertThat(index.command("top")).isEmpty();
    }

    @Test
    void aBundleTakesThePlaceOfOneOfTheSameName() {
        var index = new Index("", List.of(bundle("a", "tasks", ""))).with(bundle("a", "jobs", ""));

        assertThat(index.bundles()).hasSize(1);
        assertThat(index.command("jobs")).isPresent();
        assertThat(index.without("a").bundles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wyrm-index 2\n",
                "wyrm-index 1\nbundle\ta\n",
                "wyrm-index 1\nnonsense\n",
                "wyrm-index 1\noptions\tC\n",
                "wyrm-index 1\ndeclares\tn\tk\n",
                "wyrm-index 1\nid\tabc"
            })
    void whatIsNoIndexIsRefused(String text) {
        assertThatThrownBy(() -> Index.parse("test", text)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void everyCutOfAnIndexIsReadInPartOrRefused() {
        var text = new Index("abc", List.of(bundle("a", "tasks", "ps"))).toText();

        for (var end = 0; end < text.length(); end++) {
            try {
                assertThat(Index.parse("test", text.substring(0, end)).bundles())
                        .hasSizeLessThan(2);
            } catch (MalformedDataException refused) {
                assertThat(refused.source()).isEqualTo("test");
            }
        }
    }

    @Test
    void theFilesOfAFolderBecomeLocations(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("index"), new Index("", List.of(bundle("a", "tasks", ""))).toText());

        assertThat(Index.ofFolder(folder).bundles().getFirst().location())
                .isEqualTo("reference:" + folder.toUri() + "file.jar");
        assertThat(Index.ofFolder(folder.resolve("missing")).bundles()).isEmpty();
    }
}
