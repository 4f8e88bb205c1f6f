package org.wyrm.platform.provision;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.IndexedBundle;

/**
 * A folder of plug-ins: immutable jars named by their SHA-256, and one index file. Readers take no lock: the index is
 * written aside and renamed, and a jar outlives its place in the index for a while, since a process that read the old
 * index may open it yet. An install that is cut off leaves the old index.
 *
 * <p>Thread-safe, and safe to be used by several processes.
 */
public final class PluginStore {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final String JAR = ".jar";
    private static final String TEMPORARY = ".tmp";

    /** A lock on a file holds off other processes; this one holds off other threads, which it cannot. */
    private static final ReentrantLock CHANGING = new ReentrantLock();

    private final Path folder;

    /** @param folder where the plug-ins are; made when the first is added */
    public PluginStore(Path folder) {
        this.folder = folder;
    }

    /** {@return what is in the folder now} */
    public Index index() {
        return Index.ofFolder(folder);
    }

    /**
     * Adds bundles, each in place of one of the same name: all of them or none.
     *
     * @param files the bundles' jars, which are copied
     * @param check refuses the bundles by an exception, before anything is changed
     * @return the bundles as they are in the index, their locations those of the copies
     * @throws OperationFailedException if a file is no bundle or the folder cannot be written
     */
    public List<IndexedBundle> add(List<Path> files, Consumer<List<IndexedBundle>> check) {
        return changing(() -> {
            var copies = new ArrayList<Path>();
            var bundles = new ArrayList<IndexedBundle>();
            try {
                for (var file : files) {
                    var copy = temporary();
                    copies.add(copy);
                    bundles.add(IndexBuilder.ofJar(copy, copy(file, copy) + JAR, file.toString()));
                }
                check.accept(bundles);
                for (var i = 0; i < copies.size(); i++) {
                    var place = folder.resolve(bundles.get(i).location());
                    Files.move(copies.get(i), place, StandardCopyOption.ATOMIC_MOVE);
                }
                change(index -> withAll(index, bundles));
            } finally {
                for (var copy : copies) {
                    Files.deleteIfExists(copy);
                }
            }
            var index = index();
            return bundles.stream()
                    .map(bundle -> index.bundle(bundle.symbolicName()).orElseThrow())
                    .toList();
        });
    }

    private static Index withAll(Index index, Collection<IndexedBundle> bundles) {
        var changed = index;
        for (var bundle : bundles) {
            changed = changed.with(bundle).hiding(bundle.symbolicName(), false);
        }
        return changed;
    }

    /** {@return a new file in the folder, for what is not whole yet; one that is left over is deleted some day} */
    private Path temporary() throws IOException {
        return Files.createTempFile(folder, "plugin", TEMPORARY);
    }

    /**
     * Gives a new file to an action, and deletes it after that.
     *
     * @throws OperationFailedException if the folder cannot be written
     */
    <T> T withTemporaryFile(Function<Path, T> action) {
        try {
            Files.createDirectories(folder);
            var file = temporary();
            try {
                return action.apply(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw cannotChange(e);
        }
    }

    /**
     * Removes a bundle; one that is not there stays away.
     *
     * @throws OperationFailedException if the folder cannot be written
     */
    public void remove(String symbolicName) {
        changing(() -> {
            change(index -> index.without(symbolicName));
            return symbolicName;
        });
    }

    /**
     * Hides a bundle that comes with the product, or shows it again.
     *
     * @throws OperationFailedException if the folder cannot be written
     */
    void hide(String symbolicName, boolean hides) {
        changing(() -> {
            change(index -> index.hiding(symbolicName, hides));
            return symbolicName;
        });
    }

    /**
     * {@return what the user has said in one respect: a name and a value in each line of a file}
     *
     * @throws OperationFailedException if the file cannot be read
     */
    Map<String, String> settings(String name) {
        try {
            var settings = new LinkedHashMap<String, String>();
            for (var line : Files.readAllLines(folder.resolve(name))) {
                var tab = line.indexOf('\t');
                if (tab < 0) {
                    throw new OperationFailedException(folder.resolve(name) + ": a line without a tab: " + line);
                }
                settings.put(line.substring(0, tab), line.substring(tab + 1));
            }
            return settings;
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + folder.resolve(name) + ": " + FileErrors.reason(e), e);
        }
    }

    /**
     * Changes what the user has said in one respect.
     *
     * @param change is given what was said, and changes it
     * @throws OperationFailedException if the folder cannot be written
     */
    void changeSettings(String name, Consumer<Map<String, String>> change) {
        changing(() -> {
            var settings = new LinkedHashMap<>(settings(name));
            change.accept(settings);
            var text = new StringBuilder();
            settings.forEach(
                    (key, value) -> text.append(key).append('\t').append(value).append('\n'));
            write(folder.resolve(name), text.toString());
            return name;
        });
    }

    private interface Change<T> {
        T make() throws IOException;
    }

    private <T> T changing(Change<T> change) {
        CHANGING.lock();
        try {
            Files.createDirectories(folder);
            try (var channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return change.make();
            }
        } catch (IOException e) {
            throw cannotChange(e);
        } finally {
            CHANGING.unlock();
        }
    }

    private OperationFailedException cannotChange(IOException e) {
        return new OperationFailedException("cannot change the plug-ins in " + folder + ": " + FileErrors.reason(e), e);
    }

    private static String copy(Path file, Path copy) throws IOException {
        try (var out = Files.newOutputStream(copy)) {
            return transfer(file, out);
        }
    }

    /** {@return the SHA-256 of a file, in hexadecimal} */
    static String hash(Path file) throws IOException {
        return transfer(file, OutputStream.nullOutputStream());
    }

    private static String transfer(Path file, OutputStream out) throws IOException {
        var hash = sha256();
        try (var in = new DigestInputStream(open(file), hash)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    private static InputStream open(Path file) {
        if (Files.isDirectory(file)) {
            throw new OperationFailedException(file + ": is a directory");
        }
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new OperationFailedException(file + ": " + FileErrors.reason(e), e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void change(UnaryOperator<Index> change) throws IOException {
        var file = folder.resolve(Index.FILE_NAME);
        var old = Files.exists(file) ? Index.ofFile(file) : Index.empty();
        var changed = change.apply(old);
        write(file, changed.toText());
        collect(old, changed);
    }

    private void write(Path file, String text) throws IOException {
        var aside = temporary();
        try {
            try (var channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** Marks jars that left the index by their time, and deletes those that left it long ago. */
    private void collect(Index old, Index changed) throws IOException {
        var left = old.bundles().stream().map(IndexedBundle::location).collect(Collectors.toSet());
        var kept = changed.bundles().stream().map(IndexedBundle::location).collect(Collectors.toSet());
        var now = Instant.now();
        try (var files = Files.newDirectoryStream(folder, "*{" + JAR + "," + TEMPORARY + "}")) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                if (kept.contains(name)) {
                    continue;
                }
                if (left.contains(name)) {
                    Files.setLastModifiedTime(file, FileTime.from(now));
                } else if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
