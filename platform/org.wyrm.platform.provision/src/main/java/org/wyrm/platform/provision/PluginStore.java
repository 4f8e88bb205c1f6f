package org.wyrm.platform.provision;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
     * Adds a bundle, in place of one of the same name.
     *
     * @param file the bundle's jar, which is copied
     * @param check refuses the bundle by an exception, before anything is changed
     * @return the bundle as it is in the index, its location that of the copy
     * @throws OperationFailedException if the file is no bundle or the folder cannot be written
     */
    public IndexedBundle add(Path file, Consumer<IndexedBundle> check) {
        return changing(() -> {
            var copy = Files.createTempFile(folder, "plugin", TEMPORARY);
            try {
                var name = copy(file, copy) + JAR;
                var bundle = IndexBuilder.ofJar(copy, name, file.toString());
                check.accept(bundle);
                Files.move(copy, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                change(index -> index.with(bundle));
                return index().bundle(bundle.symbolicName()).orElseThrow();
            } finally {
                Files.deleteIfExists(copy);
            }
        });
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
            throw new OperationFailedException(
                    "cannot change the plug-ins in " + folder + ": " + FileErrors.reason(e), e);
        } finally {
            CHANGING.unlock();
        }
    }

    private static String copy(Path file, Path copy) throws IOException {
        var hash = sha256();
        try (InputStream in = new DigestInputStream(open(file), hash);
                OutputStream out = Files.newOutputStream(copy)) {
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
        var old = Files.exists(file) ? Index.parse(file.toString(), Files.readString(file)) : Index.empty();
        var changed = change.apply(old);
        var aside = Files.createTempFile(folder, "index", TEMPORARY);
        try (var channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            var text = ByteBuffer.wrap(changed.toText().getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        collect(old, changed);
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
