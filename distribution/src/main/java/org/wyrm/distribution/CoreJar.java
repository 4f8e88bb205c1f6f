package org.wyrm.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.IndexedBundle;

/**
 * Joins the jars of the core in one: stored, sorted, without times, so that two builds give the same bytes. What a
 * bundle has below {@code META-INF} comes to {@code b/SYMBOLIC-NAME/META-INF}, all else stays where it is.
 */
final class CoreJar {
    private static final String SERVICES = "META-INF/services/";
    private static final int ID_DIGITS = 16;
    private static final Set<String> NO_BUNDLES = Set.of("org.apache.felix.framework", "groovy");

    /** Where Groovy's own methods are listed, which it reads at its start. */
    private static final String GROOVY_METHODS = "META-INF/dgminfo";

    private final TreeMap<String, byte[]> entries = new TreeMap<>();
    private final List<IndexedBundle> bundles = new ArrayList<>();

    private CoreJar() {}

    /**
     * Writes the core jar.
     *
     * @param salt what else decides whether an AOT cache fits: the runtime
     * @return its index, whose id is a hash of the jar's content and of the salt, and the jar's size
     */
    static Index write(Path file, List<Path> jars, byte[] salt) throws IOException {
        var core = new CoreJar();
        for (var jar : jars) {
            core.add(jar);
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (var out = Files.newOutputStream(file)) {
            core.store(out);
        }
        return new Index(core.hash(salt) + "-" + Files.size(file), core.bundles);
    }

    private void add(Path path) throws IOException {
        try (var jar = new JarFile(path.toFile(), false, JarFile.OPEN_READ, Runtime.version())) {
            var bundle = bundle(path, jar);
            var own = bundle.isEmpty() ? "" : "b/" + bundle + "/";
            var names = new ArrayList<String>();
            for (var entry : (Iterable<JarEntry>) jar.versionedStream()::iterator) {
                var name = entry.getName();
                if (entry.isDirectory() || name.equals("module-info.class")) {
                    continue;
                }
                byte[] bytes;
                try (var in = jar.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                if (!isSourceOfNoHelp(name, bytes)) {
                    names.add(name);
                    place(path, name, own, GroovyClasses.changed(name, withoutUnsafe(name, bytes)));
                }
            }
            if (!own.isEmpty()) {
                put(path, own + "entries", String.join("\n", names).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** {@return whether an entry is a source, and not one that the help of helpers is from} */
    private static boolean isSourceOfNoHelp(String name, byte[] bytes) {
        return name.startsWith("OSGI-OPT/") && !new String(bytes, StandardCharsets.UTF_8).contains("@KernelName(");
    }

    /** {@return the name of the bundle in a jar, now in the index; empty for a plain library and for the framework} */
    private String bundle(Path path, JarFile jar) throws IOException {
        var manifest = jar.getManifest();
        if (manifest == null || manifest.getMainAttributes().getValue("Bundle-SymbolicName") == null) {
            return "";
        }
        var bundle = IndexBuilder.ofJar(path, "");
        // Groovy is for its script engine only; its 130 packages would be read at each start.
        if (NO_BUNDLES.contains(bundle.symbolicName())) {
            return "";
        }
        // All classes of the core have one loader, which finds what a bundle imports whether the framework wires it or
        // not: the product need not install and resolve twenty bundles to run a command of one. Plug-ins are wired to
        // what the core exports. That the imports are right is tested on the bundles themselves.
        bundle.headers().remove("Import-Package");
        bundle.headers().remove("Require-Capability");
        bundle.headers().computeIfPresent("Export-Package", (name, value) -> value.replaceAll(";uses:=\"[^\"]*\"", ""));
        bundles.add(bundle.at("core:" + bundle.symbolicName()));
        return bundle.symbolicName();
    }

    private void place(Path jar, String name, String own, byte[] bytes) {
        if (name.startsWith(SERVICES)) {
            entries.merge(name, bytes, CoreJar::joined);
        } else if (!name.startsWith("META-INF/") || name.equals(GROOVY_METHODS)) {
            put(jar, name, bytes);
            return;
        }
        if (!own.isEmpty()) {
            put(jar, own + name, bytes);
        }
    }

    /**
     * Keeps Felix off {@code sun.misc.Unsafe}: it would use it, at each start, to make way for URL handlers, which are
     * off. The name that it looks for is changed to one of the same length; what it does without the class is its own.
     */
    private static byte[] withoutUnsafe(String name, byte[] bytes) {
        if (!name.equals("org/apache/felix/framework/util/SecureAction.class")) {
            return bytes;
        }
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.contains("sun.misc.Unsafe")) {
            throw new OperationFailedException("this Felix does not look for sun.misc.Unsafe: see CoreJar");
        }
        return text.replace("sun.misc.Unsafe", "not.used.Unsafe").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] a, byte[] b) {
        var joined = Arrays.copyOf(a, a.length + 1 + b.length);
        joined[a.length] = '\n';
        System.arraycopy(b, 0, joined, a.length + 1, b.length);
        return joined;
    }

    private void put(Path jar, String name, byte[] bytes) {
        var other = entries.put(name, bytes);
        if (other != null && !Arrays.equals(other, bytes)) {
            throw new OperationFailedException(jar + " and another jar of the core both have " + name);
        }
    }

    private String hash(byte[] salt) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(salt);
            entries.forEach((name, bytes) -> {
                hash.update(name.getBytes(StandardCharsets.UTF_8));
                hash.update((byte) 0);
                hash.update(bytes);
            });
            return HexFormat.of().formatHex(hash.digest()).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void store(OutputStream out) throws IOException {
        var zip = new ZipOutputStream(out);
        zip.setMethod(ZipOutputStream.STORED);
        for (var entry : entries.entrySet()) {
            var stored = new ZipEntry(entry.getKey());
            var crc = new CRC32();
            crc.update(entry.getValue());
            stored.setCrc(crc.getValue());
            stored.setSize(entry.getValue().length);
            stored.setTimeLocal(Assembly.EPOCH.atOffset(ZoneOffset.UTC).toLocalDateTime());
            zip.putNextEntry(stored);
            zip.write(entry.getValue());
            zip.closeEntry();
        }
        zip.finish();
    }
}
