package org.wyrm.platform.provision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.PluginFolders;

/**
 * Begins plug-ins: Maven projects with a helper, a command, declarations and tests, which are built from the artifacts
 * that come with the product.
 */
public final class PluginProject {
    private static final String API = "wyrm.api";
    private static final String TEMPLATES = "project/";

    /** The templates, by where they go; in a folder {@code package} is what goes into that of the plug-in's name. */
    private static final List<String> FILES = List.of(
            "src/main/java/package/pci/package-info.java",
            "src/main/java/package/pci/Pci.java",
            "src/main/java/package/internal/package-info.java",
            "src/main/java/package/internal/PciCommand.java",
            "src/main/java/package/internal/PciDeclarations.java",
            "src/main/resources/package/internal/declarations.h",
            "src/test/java/package/PciTest.java",
            "README.md",
            "gitignore",
            "pom.xml");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");
    private static final Set<String> RESERVED = Set.of("""
            abstract assert boolean break byte case catch char class const continue default do double else enum extends
            false final finally float for goto if implements import instanceof int interface long native new null package
            private protected public return short static strictfp super switch synchronized this throw throws transient
            true try void volatile while""".split("\\s+"));

    private final Index index;
    private final Path home;

    /**
     * Projects for a product.
     *
     * @param index all that is there
     * @param folders whose shipped plug-ins are in the product's folder
     */
    public PluginProject(Index index, PluginFolders folders) {
        this.index = index;
        this.home = folders.shipped().toAbsolutePath().resolveSibling("").normalize();
    }

    /**
     * Writes a project. Where that fails, nothing of it is left.
     *
     * @param name of the plug-in: its symbolic name, its Java package, and with its last word its command
     * @param folder to write it to: empty, or not there
     * @throws UsageException if the name cannot be one of a plug-in, or its command is somebody's already
     * @throws OperationFailedException if the folder has something in it, or cannot be written
     */
    public NewPlugin write(String name, Path folder) {
        requireUsable(name);
        var command = name.substring(name.lastIndexOf('.') + 1);
        requireEmpty(folder);
        var words = Map.of(
                "@name@", name,
                "@group@", name.substring(0, name.lastIndexOf('.')),
                "@path@", name.replace('.', '/'),
                "@command@", command,
                "@version@", version(),
                "@api@", api(),
                "@repository@", xml(artifacts().toUri().toString()),
                "@demo@", xml(home.resolve("demo/demo.vmcore").toString()));
        write(folder, name.replace('.', '/'), words);
        var jar = folder.resolve("target/repository/" + name + "-1.0.0.jar");
        return new NewPlugin(
                name,
                command,
                folder.toString(),
                "mvn --file " + quoted(folder) + " package",
                "wyrm plugin install " + quoted(jar),
                "wyrm --demo " + command);
    }

    private void requireUsable(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    "'" + name + "' is no name of a plug-in: that is a Java package of two words or more,"
                            + " in small letters, such as org.example.nvme");
        }
        for (var word : name.split("\\.")) {
            if (RESERVED.contains(word)) {
                throw new UsageException("'" + name + "' is no name of a plug-in: '" + word + "' is a word of Java");
            }
        }
        if (name.startsWith("java.") || name.startsWith("org.wyrm.")) {
            throw new UsageException("'" + name + "': names that begin so are those of "
                    + (name.startsWith("java.") ? "Java" : "wyrm") + " itself");
        }
        var command = name.substring(name.lastIndexOf('.') + 1);
        index.command(command)
                .map(there -> there.bundle().symbolicName())
                .filter(owner -> !owner.equals(name))
                .ifPresent(owner -> {
                    throw new UsageException("`" + command + "` is a command of " + owner
                            + " already: the last word of a" + " plug-in's name is its command");
                });
    }

    private static void requireEmpty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new OperationFailedException(folder + ": is no folder");
        }
        try (var files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new OperationFailedException(folder + ": is not empty");
            }
        } catch (IOException e) {
            throw new OperationFailedException(folder + ": " + FileErrors.reason(e), e);
        }
    }

    private Path artifacts() {
        return home.resolve("maven");
    }

    /** {@return the version that the artifacts have in Maven's eyes, which are not OSGi's} */
    private String version() {
        var versions = artifacts().resolve("org/wyrm/wyrm-api");
        try (var all = Files.list(versions)) {
            return all.map(version -> String.valueOf(version.getFileName()))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(versions.toString()));
        } catch (IOException e) {
            throw new OperationFailedException(
                    "what plug-ins are built with is not here: " + versions + ": " + FileErrors.reason(e), e);
        }
    }

    private String api() {
        return index.bundles().stream()
                .filter(bundle -> bundle.header("Provide-Capability").contains(API))
                .flatMap(bundle -> HeaderClause.parse(bundle.header("Provide-Capability")).stream())
                .filter(capability -> capability.name().equals(API))
                .map(capability -> Version.parseVersion(capability.attributes().get("version")))
                .map(version -> version.getMajor() + "." + version.getMinor())
                .findFirst()
                .orElseThrow(() -> new OperationFailedException("this wyrm does not say which API it has"));
    }

    private static void write(Path folder, String packagePath, Map<String, String> words) {
        var made = new ArrayDeque<Path>();
        try {
            for (var file : FILES) {
                var target = folder.resolve(
                        file.replace("/package/", "/" + packagePath + "/").replace("gitignore", ".gitignore"));
                makeFolders(target.toAbsolutePath().getParent(), made);
                var text = filled(file, words);
                made.push(target);
                Files.writeString(target, text, StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            delete(made, e);
            throw new OperationFailedException("cannot write " + folder + ": " + FileErrors.reason(e), e);
        }
    }

    private static void makeFolders(@Nullable Path folder, Deque<Path> made) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            makeFolders(folder.getParent(), made);
            Files.createDirectory(folder);
            made.push(folder);
        }
    }

    private static void delete(Deque<Path> made, IOException because) {
        for (var file : made) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    private static String filled(String file, Map<String, String> words) {
        try (var in = Objects.requireNonNull(PluginProject.class.getResourceAsStream(TEMPLATES + file), file)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var word : words.entrySet()) {
                text = text.replace(word.getKey(), word.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** {@return a path as a word of a shell} */
    private static String quoted(Path path) {
        var text = path.toString();
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
