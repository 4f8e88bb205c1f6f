package org.wyrm.base.cache;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A folder of files, each the content for a key. A cache: nothing depends on it, so a file that is damaged, cut short or
 * of something else counts as absent, and a folder that cannot be written is no error.
 *
 * <pre>
 * file     magic (8), version of the content (4), CRC-32 of "kind/key" (4), size of the content (8), its CRC-32 (4),
 *          CRC-32 of these 28 bytes (4); the content
 * </pre>
 *
 * <p>All numbers are little-endian. A file is written under another name and renamed, so that others see all of it or
 * nothing, and who has the old one mapped keeps it. It is not forced to the disk: what a power cut leaves of it has
 * other checksums. When the files together have more bytes than {@link #MAX_BYTE_SIZE}, those not used for longest go.
 *
 * <p>Thread-safe; processes may share a folder.
 */
public final class CacheFolder {
    /** The most that the files of a folder have together, in bytes. */
    public static final long MAX_BYTE_SIZE = 4L << 30;

    private static final long MAGIC = 0x3145_4843_4143_5957L;
    private static final int HEADER_BYTES = 32;

    /** Less than a buffer can have, which counts in 31 bits. */
    private static final int PIECE_BYTES = 1 << 30;

    private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;
    private static final String ASIDE_SUFFIX = ".new";

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
        return home != null && home.startsWith("/") ? at(Path.of(home, ".cache", "wyrm")) : none();
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
     * @param key a file name without its end, as kind is one: no slash, no dot in front
     */
    public Optional<ByteSlice> find(String kind, int version, String key) {
        if (folder == null) {
            return Optional.empty();
        }
        var file = file(folder, kind, key);
        // Asked first: the error of an absent file costs more than the question, and a pipe would be waited for.
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var found = read(file, version, kind, key);
        if (found.isPresent()) {
            markUsed(file);
        }
        return found;
    }

    private static Path file(Path folder, String kind, String key) {
        return folder.resolve(checkedName(kind)).resolve(checkedName(key) + CacheEntry.SUFFIX);
    }

    private static String checkedName(String name) {
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("'" + name + "' is no name for a file of a cache");
        }
        return name;
    }

    private static Optional<ByteSlice> read(Path file, int version, String kind, String key) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            var byteSize = channel.size() - HEADER_BYTES;
            if (channel.read(header, 0) != HEADER_BYTES
                    || header.getLong(0) != MAGIC
                    || header.getInt(8) != version
                    || header.getInt(12) != checksum(kind, key)
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

    private static int checksum(String kind, String key) {
        var bytes = (kind + "/" + key).getBytes(StandardCharsets.UTF_8);
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
        for (var at = 0L; at < content.byteSize(); at += PIECE_BYTES) {
            sum.update(content.asSlice(at, Math.min(PIECE_BYTES, content.byteSize() - at))
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
        // Processes with the same number share a folder that containers share; none may touch the other's file.
        var aside = file.resolveSibling("%s.%d-%x-%d%s"
                .formatted(
                        key,
                        ProcessHandle.current().pid(),
                        System.nanoTime(),
                        WRITTEN.incrementAndGet(),
                        ASIDE_SUFFIX));
        try {
            Files.createDirectories(aside.getParent(), ownerOnly());
            try (var channel = FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(channel, header(version, kind, key, content), content);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException another) {
                return;
            } catch (IOException e) {
                Files.deleteIfExists(aside);
                return;
            }
        } catch (IOException e) {
            // Read-only, full, or another user's: a cache that cannot be written is none.
            return;
        }
        shrink(file);
    }

    /** As the XDG Base Directory Specification wants new folders to be. */
    private static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }

    private static ByteBuffer header(int version, String kind, String key, List<MemorySegment> content) {
        var sum = new CRC32();
        var byteSize = 0L;
        for (var part : content) {
            add(sum, part);
            byteSize += part.byteSize();
        }
        var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putInt(version).putInt(checksum(kind, key));
        header.putLong(byteSize).putInt((int) sum.getValue());
        return header.putInt(checksum(header.array(), HEADER_BYTES - Integer.BYTES))
                .flip();
    }

    private static void write(FileChannel channel, ByteBuffer header, List<MemorySegment> content) throws IOException {
        writeFully(channel, header);
        for (var part : content) {
            for (var at = 0L; at < part.byteSize(); at += PIECE_BYTES) {
                var piece = part.asSlice(at, Math.min(PIECE_BYTES, part.byteSize() - at));
                writeFully(channel, piece.asByteBuffer());
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
            if (file.toString().endsWith(CacheEntry.SUFFIX)) {
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
            for (var kind : list(folder)) {
                for (var file : list(kind)) {
                    if (Files.isRegularFile(file)) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    private static List<Path> list(Path folder) {
        var files = new ArrayList<Path>();
        try (var content = Files.newDirectoryStream(folder)) {
            content.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            // No folder, or one that may not be listed: what was found so far.
            return files;
        }
        return files;
    }

    /**
     * {@return whether a file is whole: its size and its checksums are right}
     *
     * @param entry one of {@link #entries}
     */
    public boolean isWhole(CacheEntry entry) {
        var file = entry.file();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var version = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            return channel.read(version, Long.BYTES) == Integer.BYTES
                    && read(file, version.getInt(0), entry.kind(), entry.key()).isPresent();
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
        return remove(entry.file());
    }

    private static boolean remove(Path file) {
        try {
            Files.deleteIfExists(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Removes what processes that ended early left, and the files not used for longest, until the rest is in the limit.
     *
     * @param kept what stays, however large it is
     */
    private void shrink(Path kept) {
        var old = System.currentTimeMillis() - DAY_MILLIS;
        for (var file : files()) {
            if (file.toString().endsWith(ASIDE_SUFFIX)) {
                entry(file).filter(left -> left.lastUsed().toMillis() < old).ifPresent(this::remove);
            }
        }
        var entries = entries();
        var byteSize = 0L;
        for (var entry : entries) {
            byteSize += entry.byteSize();
        }
        for (var entry : entries) {
            // One that cannot be removed is no reason to keep the next.
            if (byteSize > maxByteSize && !entry.file().equals(kept) && remove(entry)) {
                byteSize -= entry.byteSize();
            }
        }
    }
}
