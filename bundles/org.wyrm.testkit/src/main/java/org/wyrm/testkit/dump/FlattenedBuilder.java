package org.wyrm.testkit.dump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;

/** Builds a flattened dump, as {@code makedumpfile -F} writes it: a list of writes to another file. Confined. */
public final class FlattenedBuilder {
    private final ByteArrayOutputStream segments = new ByteArrayOutputStream();

    /** {@return a whole file in segments of at most some size, in any order, some of them first written wrong} */
    public static byte[] flatten(byte[] file, int segmentByteSize) {
        var random = new Random(file.length);
        var starts = IntStream.iterate(0, start -> start < file.length, start -> start + segmentByteSize)
                .boxed()
                .toList();
        var shuffled = new java.util.ArrayList<>(starts);
        Collections.shuffle(shuffled, random);
        var builder = new FlattenedBuilder();
        for (var start : shuffled) {
            if (random.nextInt(8) == 0) {
                builder.segment(start, new byte[Math.min(segmentByteSize / 2 + 1, file.length - start)]);
            }
            builder.segment(start, Arrays.copyOfRange(file, start, Math.min(start + segmentByteSize, file.length)));
        }
        return builder.build();
    }

    /** Adds a write. */
    public FlattenedBuilder segment(long offset, byte[] bytes) {
        return segment(offset, bytes.length, bytes);
    }

    /** Adds a write whose header may lie. */
    public FlattenedBuilder segment(long offset, long byteSize, byte[] bytes) {
        segments.writeBytes(
                ByteBuffer.allocate(16).putLong(offset).putLong(byteSize).array());
        segments.writeBytes(bytes);
        return this;
    }

    /** {@return the file, with its end mark} */
    public byte[] build() {
        var writes = segments.toByteArray();
        return ByteBuffer.allocate(4096 + writes.length + 16)
                .put("makedumpfile".getBytes(StandardCharsets.US_ASCII))
                .putLong(16, 1)
                .putLong(24, 1)
                .put(4096, writes)
                .putLong(4096 + writes.length, -1)
                .putLong(4096 + writes.length + 8, -1)
                .array();
    }
}
