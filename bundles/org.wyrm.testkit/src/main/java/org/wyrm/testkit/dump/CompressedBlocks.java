package org.wyrm.testkit.dump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Compressed blocks of the formats that the JDK does not write: valid, and hardly smaller. */
public final class CompressedBlocks {
    private static final int MOST_SNAPPY_LITERAL_BYTES = 60;
    private static final int MOST_SNAPPY_COPY_BYTES = 64;
    private static final int SNAPPY_HASH_BITS = 12;
    private static final int MATCH_BYTES = 4;
    private static final int LEAST_REPEATS = 40;

    private CompressedBlocks() {}

    /** {@return LZO1X: one run of literals, a match that repeats its last byte, the end marker} */
    public static byte[] lzo(byte[] plain) {
        var literals = unlikeTheLast(plain);
        var repeats = plain.length - literals;
        var out = new ByteArrayOutputStream();
        if (literals <= 238) {
            out.write(literals + 17);
        } else {
            out.write(0);
            lzoLength(out, literals - 18);
        }
        out.write(plain, 0, literals);
        if (repeats != 0) {
            var longMatch = 0x20;
            out.write(longMatch);
            lzoLength(out, repeats - 33);
            var distanceOfOne = new byte[] {0, 0};
            out.writeBytes(distanceOfOne);
        }
        out.writeBytes(new byte[] {0x11, 0, 0});
        return out.toByteArray();
    }

    private static void lzoLength(ByteArrayOutputStream out, int length) {
        var rest = length;
        for (; rest > 255; rest -= 255) {
            out.write(0);
        }
        out.write(rest);
    }

    /** {@return a frame of zstd: one raw block, and one that repeats its last byte} */
    public static byte[] zstd(byte[] plain) {
        var literals = unlikeTheLast(plain);
        var singleSegmentWithSizeOf4Bytes = (byte) 0xa0;
        var raw = literals << 3;
        var lastOfOneByte = (plain.length - literals) << 3 | 1 << 1 | 1;
        return ByteBuffer.allocate(16 + literals)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xfd2fb528)
                .put(singleSegmentWithSizeOf4Bytes)
                .putInt(plain.length)
                .putShort((short) raw)
                .put((byte) (raw >> 16))
                .put(plain, 0, literals)
                .putShort((short) lastOfOneByte)
                .put((byte) (lastOfOneByte >> 16))
                .put(plain[plain.length - 1])
                .array();
    }

    /** {@return how many bytes there are before the last one begins to repeat: all, unless it does so often} */
    private static int unlikeTheLast(byte[] plain) {
        var count = plain.length - 1;
        while (count > MATCH_BYTES && plain[count - 1] == plain[plain.length - 1]) {
            count--;
        }
        return plain.length - count > LEAST_REPEATS ? count + 1 : plain.length;
    }

    /** {@return literals and copies of snappy's raw format, of at most 64 KiB} */
    public static byte[] snappy(byte[] plain) {
        var out = new ByteArrayOutputStream();
        var size = plain.length;
        for (; size > 0x7f; size >>>= 7) {
            out.write(size & 0x7f | 0x80);
        }
        out.write(size);
        var seen = new int[1 << SNAPPY_HASH_BITS];
        Arrays.fill(seen, -1);
        var words = ByteBuffer.wrap(plain);
        var literal = 0;
        var at = 0;
        while (at + MATCH_BYTES <= plain.length) {
            var word = words.getInt(at);
            var hash = word * 0x9e3779b1 >>> Integer.SIZE - SNAPPY_HASH_BITS;
            var earlier = seen[hash];
            seen[hash] = at;
            if (earlier < 0 || words.getInt(earlier) != word) {
                at++;
                continue;
            }
            var end = at + MATCH_BYTES;
            while (end < plain.length && end - at < MOST_SNAPPY_COPY_BYTES && plain[end] == plain[earlier + end - at]) {
                end++;
            }
            snappyLiterals(out, plain, literal, at);
            var offset = at - earlier;
            out.write(end - at - 1 << 2 | 2);
            out.write(offset);
            out.write(offset >> 8);
            at = end;
            literal = end;
        }
        snappyLiterals(out, plain, literal, plain.length);
        return out.toByteArray();
    }

    private static void snappyLiterals(ByteArrayOutputStream out, byte[] plain, int first, int end) {
        for (var at = first; at < end; at += MOST_SNAPPY_LITERAL_BYTES) {
            var count = Math.min(MOST_SNAPPY_LITERAL_BYTES, end - at);
            out.write(count - 1 << 2);
            out.write(plain, at, count);
        }
    }
}
