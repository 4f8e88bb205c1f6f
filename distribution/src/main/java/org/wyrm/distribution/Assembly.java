package org.wyrm.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;

/**
 * Lays out the product in {@code target/wyrm} and packs it. Arguments: the folder of the module, the version, how well
 * the archive is compressed (1 to 9), the folder of the shipped plug-ins and their repository's index, and that of the
 * artifacts that others build with; the core is the class path that this runs with.
 */
public final class Assembly {
    /** What every file of the product says of its age, so that two builds are the same. */
    static final Instant EPOCH = Instant.parse("2026-11-01T00:00:00Z");

    private final Path module;
    private final String version;
    private final Path product;

    private Assembly(Path module, String version) {
        this.module = module;
        this.version = version;
        this.product = module.resolve("target/wyrm");
    }

    /**
     * Makes the product.
     *
     * @param arguments see the class
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Assembly(Path.of(arguments[0]), arguments[1])
                .make(Path.of(arguments[3]), Path.of(arguments[4]), arguments[2]);
    }

    private void make(Path plugins, Path artifacts, String compression) throws IOException, InterruptedException {
        deleteAllButRuntime();
        var runtime = product.resolve("runtime");
        RuntimeImage.make(runtime);
        var libraries = classPathJars();
        var core = CoreJar.write(product.resolve("lib/wyrm-core.jar"), libraries, RuntimeImage.id(runtime));
        var shipped = shipped(plugins);
        var all = core.with(shipped);
        new Texts(module.resolve("src/product"), product, version).write(all);
        new MavenFolder(module.resolve(".."), artifacts).write(product.resolve("maven"));
        licenses(libraries);
        demo();
        age(product);
        Training.run(product, core.id(), module.resolve("training"), module.resolve("target/training"));
        pack(compression);
    }

    private static List<Path> classPathJars() {
        return Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .sorted(Comparator.comparing(path -> String.valueOf(path.getFileName())))
                .toList();
    }

    /** The folder has an index for the launcher, and one of an OSGi repository for whoever serves it to others. */
    private Index shipped(Path plugins) throws IOException {
        var folder = Files.createDirectories(product.resolve("plugins"));
        var index = Index.empty();
        for (var plugin : sorted(plugins)) {
            var name = String.valueOf(plugin.getFileName());
            Files.copy(plugin, folder.resolve(name));
            index = index.with(IndexBuilder.ofJar(plugin, name));
        }
        Files.writeString(folder.resolve(Index.FILE_NAME), index.toText());
        // The indexer says when it ran.
        var repository = Files.readString(plugins.resolve("index.xml"))
                .replaceFirst("<repository ([^>]*)name=\"[^\"]*\"", "<repository $1name=\"wyrm\"")
                .replaceFirst("increment=\"[0-9]*\"", "increment=\"" + EPOCH.toEpochMilli() + "\"");
        Files.writeString(folder.resolve("index.xml"), repository);
        return index;
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** Copies the licenses of what is shipped and is not ours. */
    private void licenses(List<Path> libraries) throws IOException {
        var root = module.resolve("..");
        for (var name : List.of("LICENSE", "NOTICE")) {
            if (Files.exists(root.resolve(name))) {
                Files.copy(root.resolve(name), product.resolve(name));
            }
        }
        for (var library : libraries) {
            try (var jar = new JarFile(library.toFile())) {
                for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                    if (entry.getName().matches("META-INF/(LICENSE|NOTICE)[^/]*")) {
                        var folder = String.valueOf(library.getFileName()).replace(".jar", "");
                        var target = product.resolve("licenses").resolve(folder);
                        Files.createDirectories(target);
                        try (var in = jar.getInputStream(entry)) {
                            Files.copy(in, target.resolve(entry.getName().substring("META-INF/".length())));
                        }
                    }
                }
            }
        }
    }

    private void demo() throws IOException {
        var demo = module.resolve("demo");
        if (!Files.exists(demo.resolve("demo.vmcore"))) {
            return;
        }
        var folder = Files.createDirectories(product.resolve("demo"));
        try (var files = Files.list(demo)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void pack(String compression) throws IOException, InterruptedException {
        var archive = module.resolve("target/wyrm-" + version + "-linux-x86_64.tar.gz");
        Processes.run(
                List.of(
                        "tar",
                        "--create",
                        "--use-compress-program=gzip -" + compression,
                        "--file=" + archive,
                        "--sort=name",
                        "--owner=0",
                        "--group=0",
                        "--numeric-owner",
                        "--mtime=@" + EPOCH.getEpochSecond(),
                        "--transform=s,^wyrm,wyrm-" + version + ",",
                        "--directory=" + module.resolve("target"),
                        "wyrm"),
                module.resolve("target/tar.log"));
    }

    /** The runtime takes long to make and depends on the JDK only. */
    private void deleteAllButRuntime() throws IOException {
        Files.createDirectories(product);
        var old = new ArrayList<Path>();
        try (var files = Files.walk(product)) {
            files.filter(file -> !file.equals(product) && !file.startsWith(product.resolve("runtime")))
                    .forEach(old::add);
        }
        for (var file : old.reversed()) {
            Files.delete(file);
        }
    }

    private static void age(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(EPOCH));
            }
        }
    }

    /** Writes a text, and lets everybody run it if it is a program. */
    static void writeText(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
