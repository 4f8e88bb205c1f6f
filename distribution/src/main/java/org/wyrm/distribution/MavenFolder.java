package org.wyrm.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The artifacts that others build plug-ins and programs with, as a Maven repository, each with its sources.
 *
 * @param root the folder of the whole project
 * @param artifacts jars and poms, laid out as Maven wants them; they are taken from there, so that what the next build has not
 *     any more is not there
 */
record MavenFolder(Path root, Path artifacts) {
    void write(Path target) throws IOException {
        for (var file : files(artifacts)) {
            if (!file.toString().matches(".*\\.(jar|pom)")) {
                // What Maven notes of its own: when, and from where.
                continue;
            }
            var copy = target.resolve(artifacts.relativize(file));
            Files.createDirectories(copy.toAbsolutePath().getParent());
            Files.move(file, copy);
            var name = String.valueOf(file.getFileName());
            if (name.endsWith(".jar") && !name.endsWith("-tests.jar")) {
                var sources = sources(artifactId(file));
                if (sources.isPresent()) {
                    pack(sources.get(), copy.resolveSibling(name.replace(".jar", "-sources.jar")));
                }
            }
        }
    }

    /** A file of an artifact is in a folder of its version, and that in one of its name. */
    private static String artifactId(Path file) {
        return String.valueOf(file.resolve("../..").normalize().getFileName());
    }

    private Optional<Path> sources(String artifactId) throws IOException {
        var folder = artifactId.equals("wyrm-api") ? "org.wyrm.api" : artifactId;
        try (var families = Files.list(root)) {
            return families.map(family -> family.resolve(folder).resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .findFirst();
        }
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var file : files(folder)) {
                var entry = new ZipEntry(folder.relativize(file).toString());
                entry.setTimeLocal(Assembly.EPOCH.atOffset(ZoneOffset.UTC).toLocalDateTime());
                out.putNextEntry(entry);
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
