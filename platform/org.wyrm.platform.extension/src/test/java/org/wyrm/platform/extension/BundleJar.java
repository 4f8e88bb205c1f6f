package org.wyrm.platform.extension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Builds the jar of a bundle from headers and from classes of the test. */
final class BundleJar {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<Class<?>> classes = new ArrayList<>();

    static BundleJar named(String symbolicName) {
        return new BundleJar()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", symbolicName)
                .header("Bundle-Version", "1.0.0");
    }

    BundleJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    BundleJar holding(Class<?>... more) {
        classes.addAll(List.of(more));
        return this;
    }

    Path writeTo(Path folder) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        var file = Files.createTempFile(folder, "bundle", ".jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (var type : classes) {
                var name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(name));
                try (var in = type.getClassLoader().getResourceAsStream(name)) {
                    in.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
        return file;
    }
}
