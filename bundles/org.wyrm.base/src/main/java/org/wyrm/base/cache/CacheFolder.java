package org.wyrm.base.cache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A folder of files, each the content for a key. A cache: nothing depends on it, so a file that is damaged, cut short or
 * of something else counts as absent, and a folder that cannot be written is no error.
 *
 * <pre>
 * file     magic (8), version of the content (4), CRC-32 of the key (4), size of the content (8), its CRC-32 (4),
 *          CRC-32 of these 28 bytes (4); the content
 * </pre>
 *
 * <p>All numbers are little-endian. A file is written under another name and renamed, so that others see all of it or
 * nothing. When the files together have more bytes than {@link #MAX_BYTE_SIZE}, those not used for longest go.
 *
 * <p>Thread-safe; processes may share a folder.
 */
public final class CacheFolder {
    /** The most that the files of a folder have together, in bytes. */
    public static final long MAX_BYTE_SIZE = 4L << 30;

    private static final long MAGIC = 0x3145_4843_4143_5957L;
    private static final int HEADER_BYTES = 32;
    private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;
    private static final String SUFFIX = ".cache";
    private static final AtomicLong WRITTEN = new AtomicLong();

    private final @Nullable Path folder;
    private final long maxByteSize;

    private CacheFolder(@Nullable Path folder, long maxByteSize) {
        this.folder = folder;
        this.maxByteSize = maxByteSize;
    }

    /** {@return the folder of the user: {@code wyrm} in {@code $XDG_CACHE_HOME}, or in {@code ~/.cache}} */
    public static CacheFolder ofUser() {
        var set = System.getenv("XDG_CACHE_HOME");
        if (set != null && set.startsWith("/")) {
            return at(Path.of(set, "wyrm"));
        }
        var home = System.getenv("HOME");
        return home == null || home.isEmpty() ? none() : at(Path.of(home, ".cache", "wyrm"));
    }

    /** {@return a folder at a path; it is made when something is kept} */
    public static CacheFolder at(Path folder) {
        return new CacheFolder(folder, MAX_BYTE_SIZE);
    }

    /** {@return a cache that keeps nothing} */
    public static CacheFolder none() {
        return new CacheFolder(null, 0);
    }

    CacheFolder withLimit(long byteSize) {
        return new CacheFolder(folder, byteSize);
    }

    /** {@return where the files are, if there is a folder} */
    public Optional<Path> path() {
        return Optional.ofNullable(folder);
    }

    /**
     * {@return what was kept under a key, checked whole, mapped}
     *
     * @param kind the folder below this one: what the content is
     * @param version of the content's format; content of another is not found
     * @param key a file name without its end
     */
    public Optional<ByteSlice> find(String kind, int version, String key) {
        if (folder == null) {
            return Optional.empty();
        }
        var file = file(folder, kind, key);
        // Asked first: the error of an absent file costs more than the question.
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var found = read(file, version, key);
        if (found.isPresent()) {
            markUsed(file);
        }
        return found;
    }

    private static Path file(Path folder, String kind, String key) {
        return folder.resolve(kind).resolve(key + SUFFIX);
    }

    private static Optional<ByteSlice> read(Path file, int version, String key) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            var byteSize = channel.size() - HEADER_BYTES;
            if (channel.read(header, 0) != HEADER_BYTES
                    || header.getLong(0) != MAGIC
                    || header.getInt(8) != version
                    || header.getInt(12) != checksum(key)
                    || header.getLong(16) != byteSize
                    || header.getInt(28) != checksum(header.array(), HEADER_BYTES - Integer.BYTES)) {
                return Optional.empty();
            }
            var content = channel.map(MapMode.READ_ONLY, HEADER_BYTES, byteSize, Arena.ofAuto());
            return checksum(content) == header.getInt(24)
                    ? Optional.of(ByteSlice.of(file.toString(), content, ByteOrder.LITTLE_ENDIAN))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int checksum(String key) {
        var bytes = key.getBytes(StandardCharsets.UTF_8);
        return checksum(bytes, bytes.length);
    }

    private static int checksum(byte[] bytes, int byteSize) {
        var sum = new CRC32();
        sum.update(bytes, 0, byteSize);
        return (int) sum.getValue();
    }

    private static int checksum(MemorySegment content) {
        var sum = new CRC32();
        add(sum, content);
        return (int) sum.getValue();
    }

    private static void add(CRC32 sum, MemorySegment content) {
        for (var at = 0L; at < content.byteSize(); at += 1 << 30) {
            sum.update(content.asSlice(at, Math.min(1 << 30, content.byteSize() - at))
                    .asByteBuffer());
        }
    }

    private static void markUsed(Path file) {
        try {
            var now = System.currentTimeMillis();
            if (now - Files.getLastModifiedTime(file).toMillis() > DAY_MILLIS) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(now));
            }
        } catch (IOException e) {
            // Of another user, or just removed: it is only asked for when files are to go.
            return;
        }
    }

    /**
     * Keeps content under a key, in place of what was there. Does nothing where that is not possible.
     *
     * @param content one after the other
     */
    public void keep(String kind, int version, String key, List<MemorySegment> content) {
        if (folder == null) {
            return;
        }
        var file = file(folder, kind, key);
        var aside = file.resolveSibling(
                "%s.%d-%d.new".formatted(key, ProcessHandle.current().pid(), WRITTEN.incrementAndGet()));
        try {
            Files.createDirectories(aside.getParent());
            try {
                write(aside, version, key, content);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
            shrink();
        } catch (IOException e) {
            // Read-only, full, or another user's: a cache that cannot be written is none.
            return;
        }
    }

    private static void write(Path file, int version, String key, List<MemorySegment> content) throws IOException {
        var sum = new CRC32();
        var byteSize = 0L;
        for (var part : content) {
            add(sum, part);
            byteSize += part.byteSize();
        }
        var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putInt(version).putInt(checksum(key));
        header.putLong(byteSize).putInt((int) sum.getValue());
        header.putInt(checksum(header.array(), HEADER_BYTES - Integer.BYTES)).flip();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(channel, header);
            for (var part : content) {
                for (var at = 0L; at < part.byteSize(); at += 1 << 30) {
                    var piece = part.asSlice(at, Math.min(1 << 30, part.byteSize() - at));
                    writeFully(channel, piece.asByteBuffer());
                }
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** {@return the files, those not used for longest first} */
    public List<CacheEntry> entries() {
        var entries = new ArrayList<CacheEntry>();
        for (var file : files()) {
            if (file.toString().endsWith(SUFFIX)) {
                entry(file).ifPresent(entries::add);
            }
        }
        entries.sort((left, right) -> left.lastUsed().compareTo(right.lastUsed()));
        return entries;
    }

    private static Optional<CacheEntry> entry(Path file) {
        try {
            return Optional.of(new CacheEntry(file, Files.size(file), Files.getLastModifiedTime(file)));
        } catch (IOException e) {
            // Gone since the folder was listed.
            return Optional.empty();
        }
    }

    private List<Path> files() {
        var files = new ArrayList<Path>();
        if (folder != null) {
            try (var kinds = Files.newDirectoryStream(folder, Files::isDirectory)) {
                for (var kind : kinds) {
                    try (var content = Files.newDirectoryStream(kind)) {
                        content.forEach(files::add);
                    }
                }
            } catch (IOException e) {
                // No folder, or one that may not be listed: what was found so far.
                return files;
            }
        }
        return files;
    }

    /** {@return whether a file is whole: its size and its checksums are right} */
    public boolean isWhole(CacheEntry entry) {
        var name = entry.file().getFileName().toString();
        var key = name.substring(0, name.length() - SUFFIX.length());
        try (var channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
            var version = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            return channel.read(version, 8) == Integer.BYTES
                    && read(entry.file(), version.getInt(0), key).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Removes an entry.
     *
     * @return whether it is gone
     */
    public boolean remove(CacheEntry entry) {
        try {
            Files.deleteIfExists(entry.file());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes what processes that ended early left, and the files not used for longest, until the rest is in the limit. */
    private void shrink() throws IOException {
        var old = System.currentTimeMillis() - DAY_MILLIS;
        for (var file : files()) {
            if (!file.toString().endsWith(SUFFIX)
                    && Files.exists(file)
                    && Files.getLastModifiedTime(file).toMillis() < old) {
                Files.deleteIfExists(file);
            }
        }
        var entries = entries();
        var byteSize = 0L;
        for (var entry : entries) {
            byteSize += entry.byteSize();
        }
        for (var at = 0; byteSize > maxByteSize && at < entries.size() - 1; at++) {
            byteSize -= entries.get(at).byteSize();
            Files.deleteIfExists(entries.get(at).file());
        }
    }
}
