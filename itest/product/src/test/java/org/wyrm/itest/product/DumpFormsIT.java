package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One guest of one moment, in every form that a dump can have: each gives the same rows. Where the lab is not complete,
 * {@code DumpFactsIT} says what is missing.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DumpFormsIT {
    private static final String REFERENCE = "vmcore.elf";

    private final Wyrm wyrm = Wyrm.built();
    private final List<Path> files = new ArrayList<>();
    private Path snappy = Path.of("");

    @BeforeAll
    void findAndMakeFiles(@TempDir Path folder) throws IOException {
        for (var dump : Lab.ensure().files()) {
            if (dump.kernel().equals("6.1") && dump.name().equals("kaslr256")) {
                files.add(dump.file());
            }
        }
        if (files.isEmpty()) {
            Peer.skipped("NOT COMPARED: no dumps of 6.1 kaslr256; itest/lab/ensure.sh");
        }
        snappy = folder.resolve("mdf.d31.snappy");
        MadeDump.compressBySnappy(file("mdf.d31.raw"), snappy);
        files.add(snappy);
        files.add(MadeDump.flatten(snappy, folder.resolve("mdf.d31.snappy.flat")));
        files.add(MadeDump.flatten(file("mdf.d31.elf"), folder.resolve("mdf.d31.elf.flat")));
    }

    private Path file(String name) {
        return files.stream().filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks", "log", "mod", "bt --all"})
    void giveTheSameRows(String command) {
        var expected = rows(List.of(file(REFERENCE)), command);

        assertThat(expected.lines().count()).isGreaterThan(10);
        assertThat(files)
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(rows(List.of(file), command)).isEqualTo(expected));
    }

    private String rows(List<Path> files, String command) {
        var words = new ArrayList<Object>();
        files.forEach(file -> words.addAll(List.of("-c", file)));
        words.addAll(List.of(command.split(" ")));
        return wyrm.run(words.toArray()).expectClean().out();
    }

    @Test
    void giveTheSameRowsInParts(@TempDir Path folder) {
        var parts = Stream.of("3", "1", "2").map(folder::resolve).toList();
        // Blocks of 4 MiB: of 1 GiB, as is usual, all of this guest would be in the first part.
        Peer.of("makedumpfile", "--split", "--splitblock-size", "4096", "-d", "31", "-l")
                .ask(List.of(), file("mdf.d0.zlib").toString(), folder + "/1", folder + "/2", folder + "/3");

        assertThat(parts).allSatisfy(part -> assertThat(part).isNotEmptyFile());
        assertThat(rows(parts, "bt --all")).isEqualTo(rows(List.of(file(REFERENCE)), "bt --all"));
        assertThat(wyrm.run("-c", parts.get(0), "-c", parts.get(1), "sys").err())
                .contains("is not given");
    }

    @Test
    void snappyIsSmallerThanWhatItWasMadeOf() {
        assertThat(snappy.toFile().length())
                .isLessThan(file("mdf.d31.raw").toFile().length() * 2 / 3);
    }
}
