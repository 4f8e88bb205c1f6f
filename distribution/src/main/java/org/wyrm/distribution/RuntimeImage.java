package org.wyrm.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The Java runtime of the product; docs/adr/0006-runtime-image.md says why it has these modules. */
final class RuntimeImage {
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.desktop",
            "java.logging",
            "java.net.http",
            "java.xml",
            "jdk.compiler",
            "jdk.unsupported",
            "jdk.zipfs");

    private RuntimeImage() {}

    /** Links the runtime, unless the one that is there is the same. */
    static void make(Path runtime) throws IOException, InterruptedException {
        var jdk = Path.of(System.getProperty("java.home"));
        var wanted = MODULES + " " + Runtime.version();
        var stamp = runtime.resolveSibling("../runtime.made").normalize();
        if (Files.exists(runtime)
                && Files.exists(stamp)
                && Files.readString(stamp).equals(wanted)) {
            return;
        }
        delete(runtime);
        Processes.run(
                List.of(
                        jdk.resolve("bin/jlink").toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "--add-modules",
                        String.join(",", MODULES),
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        runtime.toString()),
                stamp.resolveSibling("jlink.log"));
        Files.writeString(stamp, wanted);
    }

    /** {@return what tells this runtime from others} */
    static byte[] id(Path runtime) throws IOException {
        return Files.readString(runtime.resolve("release")).getBytes(StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
