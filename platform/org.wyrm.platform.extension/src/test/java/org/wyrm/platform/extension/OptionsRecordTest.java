package org.wyrm.platform.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.sample.CountCommand;

class OptionsRecordTest {
    @TempDir
    Path folder;

    private List<OptionDeclaration> declared;

    @BeforeEach
    void readTheOptions() throws IOException {
        var jar = BundleJar.named("org.example.count")
                .header("Provide-Capability", "wyrm.command;name=count;class=\"" + CountCommand.class.getName() + "\"")
                .holding(CountCommand.class, CountCommand.Options.class)
                .writeTo(folder);
        declared = IndexBuilder.ofJar(jar, "").declarations().getFirst().options();
    }

    private Record make(Map<String, List<String>> values) {
        return OptionsRecord.make(CountCommand.Options.class, declared, values);
    }

    @Test
    void whatWasNotSaidIsAbsent() {
        assertThat(make(Map.of("count", List.of("3"))))
                .isEqualTo(new CountCommand.Options(
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        List.of(),
                        "3",
                        Optional.empty(),
                        List.of()));
    }

    @Test
    void whatWasSaidHasTheTypeOfItsComponent() {
        var values = new LinkedHashMap<String, List<String>>();
        values.put("--verbose", List.of("true"));
        values.put("--name", List.of("a", "b"));
        values.put("--file", List.of("/tmp/f"));
        values.put("--step", List.of("-7"));
        values.put("--start", List.of("0xffffffff81000000"));
        values.put("--tag", List.of("x", "y"));
        values.put("--include", List.of("p", "q"));
        values.put("count", List.of("3"));
        values.put("word", List.of("w"));
        values.put("rest", List.of("r", "s"));

        assertThat(make(values))
                .isEqualTo(new CountCommand.Options(
                        true,
                        Optional.of("b"),
                        Optional.of(Path.of("/tmp/f")),
                        OptionalInt.of(-7),
                        OptionalLong.of(0xffffffff81000000L),
                        List.of("x", "y"),
                        List.of(Path.of("p"), Path.of("q")),
                        "3",
                        Optional.of("w"),
                        List.of("r", "s")));
    }

    @Test
    void aMissingArgumentIsWrongUsage() {
        assertThatThrownBy(() -> make(Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessage("COUNT is missing: how many");
    }

    @Test
    void whatIsNoNumberIsWrongUsage() {
        assertThatThrownBy(() -> make(Map.of("count", List.of("1"), "--step", List.of("many"))))
                .isInstanceOf(UsageException.class)
                .hasMessage("option --step wants a number, not 'many'");
        assertThatThrownBy(() -> make(Map.of("count", List.of("1"), "--step", List.of("0x100000000"))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("too large");
    }
}
