package org.wyrm.itest.layers;

import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The project's folders, as they lie on the disk: what this test is about is there, or the test fails. */
final class Tree {
    /** Folders of bundles; a family of plug-ins that does not exist yet has none. */
    private static final List<String> FAMILIES =
            List.of("bundles", "platform", "plugins-fs", "plugins-block", "plugins-net", "plugins-bpf");

    private static final String PREFIX = "org.wyrm.";

    private Tree() {}

    /**
     * One bundle's folder.
     *
     * @param family the folder that it is in
     */
    record Module(String family, Path folder) {
        /** {@return its name without {@code org.wyrm.}} */
        String name() {
            return folder.getFileName().toString().substring(PREFIX.length());
        }

        Path sources() {
            return folder.resolve("src/main/java");
        }

        Headers headers() {
            var manifest = folder.resolve("target/classes/META-INF/MANIFEST.MF");
            try (var in = Files.newInputStream(manifest)) {
                return new Headers(new Manifest(in));
            } catch (IOException e) {
                throw new UncheckedIOException(manifest + " is not there: build the bundles first (mvn package)", e);
            }
        }

        @Override
        public String toString() {
            return family + "/" + PREFIX + name();
        }
    }

    /** A bundle's manifest. */
    record Headers(Manifest manifest) {
        String value(String header) {
            var value = manifest.getMainAttributes().getValue(header);
            return value == null ? "" : value;
        }

        Parameters clauses(String header) {
            return OSGiHeader.parseHeader(value(header));
        }
    }

    static Path root() {
        var root = Path.of(System.getProperty("wyrm.root")).toAbsolutePath().normalize();
        if (!Files.exists(root.resolve("bundles/pom.xml"))) {
            throw new IllegalStateException(root + " is not wyrm's root: -Dwyrm.root is wrong");
        }
        return root;
    }

    /** {@return all bundles, by folder and name} */
    static List<Module> modules() {
        return FAMILIES.stream()
                .map(root()::resolve)
                .filter(Files::isDirectory)
                .flatMap(Tree::list)
                .filter(folder -> Files.exists(folder.resolve("pom.xml")))
                .sorted()
                .map(folder -> new Module(folder.getParent().getFileName().toString(), folder))
                .toList();
    }

    /** {@return the text of the pom of a bundle's family} */
    static String familyPom(Module module) {
        try {
            return Files.readString(module.folder.resolveSibling("pom.xml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the Java files below a folder} */
    static List<Path> javaFiles(Path folder) {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> list(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
