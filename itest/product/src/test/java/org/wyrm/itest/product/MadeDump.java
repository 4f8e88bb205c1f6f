package org.wyrm.itest.product;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.wyrm.testkit.dump.CompressedBlocks;
import org.wyrm.testkit.dump.FlattenedBuilder;
import org.wyrm.testkit.dump.KdumpBuilder;

/** Forms of dumps that no tool of the lab makes, of those that one makes. */
final class MadeDump {
    private static final int PAGE_BYTES = 4096;
    private static final int DESCRIPTOR_BYTES = 24;
    private static final int SEGMENT_BYTES = 1 << 16;

    private MadeDump() {}

    /**
     * Writes what {@code makedumpfile -p} would have.
     *
     * @param raw of less than 2 GiB, whose pages are not compressed
     */
    static void compressBySnappy(Path raw, Path snappy) throws IOException {
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
        try (var in = Files.newInputStream(file);
                var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(flattened)))) {
            out.write(new FlattenedBuilder().build(), 0, PAGE_BYTES);
            var offset = 0L;
            for (var segment = in.readNBytes(SEGMENT_BYTES);
                    segment.length != 0;
                    segment = in.readNBytes(SEGMENT_BYTES)) {
                out.writeLong(offset);
                out.writeLong(segment.length);
                out.write(segment);
                offset += segment.length;
            }
            out.writeLong(-1);
            out.writeLong(-1);
        }
        return flattened;
    }
}
