package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.wyrm.testkit.dump.LabKernel;

/**
 * The ELF dump of a guest of the lab.
 *
 * @param kernel what it is of
 * @param file the dump; its facts are beside it
 */
record GuestDump(LabKernel kernel, Path file) {
    /** {@return the dump of a name, of the kernel of a series; none is a skipped test, said loudly} */
    static GuestDump of(String series, String name) {
        var kernel = LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: no kernel " + series + "; itest/lab/ensure.sh"));
        var dump =
                kernel.root().resolveSibling("../out/" + name + "/vmcore.elf").normalize();
        return Files.exists(dump)
                ? new GuestDump(kernel, dump)
                : Peer.skipped("NOT COMPARED: " + dump + " is not there");
    }

    /** {@return the options by which the product takes symbols from the dump alone, or from DWARF} */
    List<String> symbols(String from) {
        return from.equals("zero") ? List.of() : List.of("-s", kernel.vmlinux().toString());
    }

    /** {@return the folder of what the guest said} */
    Path facts() {
        return file.resolveSibling("facts");
    }

    /** Runs a command of the product on it. */
    Wyrm.Run run(List<String> options, String... command) {
        var words = new ArrayList<Object>(List.of("-c", file));
        words.addAll(options);
        words.addAll(List.of(command));
        words.addAll(List.of("--format", "json"));
        return Wyrm.built().run(words.toArray());
    }

    /** {@return the rows of a command that has nothing to complain of} */
    List<JsonNode> rows(List<String> options, String... command) {
        return Json.rows(run(options, command).expectClean().out());
    }

    /**
     * {@return what drgn says of it by a script of the lab: words by the name that begins their line}
     *
     * @param wanted what a drgn is to have that can run the script, as Python
     */
    Map<String, String> drgn(String wanted, String script) throws IOException {
        return drgn(wanted, script, List.of());
    }

    /** @param modules files with debugging information of modules, which the script is to be given too */
    Map<String, String> drgn(String wanted, String script, List<String> modules) throws IOException {
        var text = Files.readString(Wyrm.root().resolve("itest/lab").resolve(script));
        var said = new TreeMap<String, String>();
        var arguments = new ArrayList<>(
                List.of("-c", text, file.toString(), kernel.vmlinux().toString()));
        arguments.addAll(modules);
        for (var line : Peer.drgn(wanted).ask(List.of(), arguments.toArray(String[]::new))) {
            var words = line.split(": ?", 2);
            // A line again is to say what it said.
            assertThat(said.putIfAbsent(words[0], words[1])).as(words[0]).isIn(null, words[1]);
        }
        return said;
    }

    /** {@return a file that was copied of each process, by PID, where it could be read} */
    static Map<String, String> processes(Path facts, String name) {
        var found = new TreeMap<String, String>();
        try (var processes = Files.newDirectoryStream(facts.resolve("proc"), "[0-9]*")) {
            for (var process : processes) {
                if (Files.exists(process.resolve(name))) {
                    found.put(process.getFileName().toString(), Files.readString(process.resolve(name)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
