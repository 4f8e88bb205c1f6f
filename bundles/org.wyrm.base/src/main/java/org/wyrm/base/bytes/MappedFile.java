package org.wyrm.base.bytes;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;

/**
 * A regular file, mapped read-only; its size has no limit of 2 GiB. Nothing is read before it is looked at.
 *
 * <p>Thread-safe. After {@link #close()} its bytes must not be touched.
 */
public final class MappedFile implements AutoCloseable {
    private final Arena arena;
    private final ByteSlice bytes;

    private MappedFile(Arena arena, ByteSlice bytes) {
        this.arena = arena;
        this.bytes = bytes;
    }

    /**
     * Maps a file.
     *
     * @throws UnreadableTargetException if it is no regular file or cannot be read, with the reason
     */
    public static MappedFile open(Path path) {
        if (Files.isDirectory(path)) {
            throw new UnreadableTargetException(path + ": is a directory");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new UnreadableTargetException(path + ": is not a regular file");
        }
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var segment = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return new MappedFile(arena, ByteSlice.of(path.toString(), segment, ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            arena.close();
            throw new UnreadableTargetException(path + ": " + FileErrors.reason(e), e);
        }
    }

    /** {@return the whole file, its offsets those of the file, in little-endian order until told otherwise} */
    public ByteSlice bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
