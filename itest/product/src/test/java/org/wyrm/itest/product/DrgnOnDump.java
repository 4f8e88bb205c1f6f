package org.wyrm.itest.product;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian 13's drgn, asked of a dump of the lab by a script of the lab. */
final class DrgnOnDump {
    private DrgnOnDump() {}

    /**
     * {@return what the script prints, a JSON object a line; not being there is a skipped test, said loudly}
     *
     * @param files with debugging information, of the kernel and of its modules
     * @param folder for what the script reads
     */
    static List<JsonNode> ask(String script, Path dump, List<Path> files, List<String> questions, Path folder)
            throws IOException, InterruptedException {
        var paths = Files.write(
                folder.resolve("files"), files.stream().map(Path::toString).toList());
        var names = Files.write(folder.resolve("questions"), questions);
        var lab = Wyrm.root().resolve("itest/lab");
        var says = folder.resolve("drgn.err");
        var builder = new ProcessBuilder(
                        lab.resolve("trixie.sh").toString(),
                        "python3",
                        lab.resolve(script).toString(),
                        dump.toString(),
                        paths.toString(),
                        names.toString())
                .redirectError(Redirect.to(says.toFile()));
        builder.environment().put("LAB_DIR", labFolder(dump));
        builder.environment().put("BIND", lab + ":" + folder);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return skip(e.toString());
        }
        List<JsonNode> lines;
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            lines = output.lines().map(Json::value).toList();
        }
        if (process.waitFor() != 0) {
            var error = Files.readString(says);
            if (error.contains("no Debian 13 tree") || error.contains("needs root")) {
                skip(error.strip());
            }
            throw new AssertionError(error);
        }
        return lines;
    }

    /** {@return the folder that has the Debian 13 tree in its cache, above the dump} */
    private static String labFolder(Path dump) {
        for (var above = dump.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve("cache/trixie"))) {
                return above.toString();
            }
        }
        return skip("no Debian 13 tree: itest/lab/trixie.sh --setup makes it");
    }

    private static <T> T skip(String reason) {
        System.err.println("NOT COMPARED with drgn: " + reason);
        return abort(reason);
    }
}
