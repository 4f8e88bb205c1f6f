package org.wyrm.itest.product;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wyrm.testkit.dump.CompressedBlocks;
import org.wyrm.testkit.dump.KdumpBuilder;

/** A compressed dump as {@code makedumpfile -p} would have written it, of one with pages that are not compressed. */
final class SnappyDump {
    private static final int PAGE_BYTES = 4096;
    private static final int DESCRIPTOR_BYTES = 24;

    private SnappyDump() {}

    /** Writes {@code snappy}; {@code raw} is makedumpfile's of less than 2 GiB. */
    static void write(Path raw, Path snappy) throws IOException {
        try (var channel = FileChannel.open(raw);
                var out = new RandomAccessFile(snappy.toFile(), "rw")) {
            var in = channel.map(MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
            var bitmapBytes = in.getInt(0x1b4) * PAGE_BYTES;
            var bitmap = (1 + in.getInt(0x1b0)) * PAGE_BYTES;
            var descriptors = bitmap + bitmapBytes;
            var pages = 0;
            for (var at = bitmap + bitmapBytes / 2; at < descriptors; at += Long.BYTES) {
                pages += Long.bitCount(in.getLong(at));
            }
            var head = new byte[descriptors + pages * DESCRIPTOR_BYTES];
            in.get(0, head);
            var fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            fields.putInt(0x1a8, KdumpBuilder.SNAPPY);
            out.seek(head.length);
            for (var at = descriptors; at < head.length; at += DESCRIPTOR_BYTES) {
                var page = new byte[PAGE_BYTES];
                in.get((int) fields.getLong(at), page);
                var compressed = CompressedBlocks.snappy(page);
                var isSmaller = compressed.length < PAGE_BYTES;
                fields.putLong(at, out.getFilePointer());
                fields.putInt(at + 8, isSmaller ? compressed.length : PAGE_BYTES);
                fields.putInt(at + 12, isSmaller ? KdumpBuilder.SNAPPY : 0);
                out.write(isSmaller ? compressed : page);
            }
            out.seek(0);
            out.write(head);
        }
    }

    /** {@return the flattened form of a file, of segments as makedumpfile writes them} */
    static Path flatten(Path file, Path flattened) throws IOException {
        return Files.write(
                flattened, org.wyrm.testkit.dump.FlattenedBuilder.flatten(Files.readAllBytes(file), 1 << 16));
    }
}
