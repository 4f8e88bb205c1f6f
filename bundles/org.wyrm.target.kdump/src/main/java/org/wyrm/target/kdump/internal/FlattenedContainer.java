package org.wyrm.target.kdump.internal;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.program.spi.TargetContainer;

/**
 * Flattened dumps, as {@code makedumpfile -F} and QEMU ({@code dump-guest-memory -z}) write them into a pipe: a compressed
 * dump, or one in ELF, as a list of writes.
 *
 * <pre>
 * File    --> signature "makedumpfile", 0* (16), type 1 (8), version 1 (8), 0* up to 4096, Segment*, End
 * Segment --> offset in the file inside (8), size (8), that many bytes
 * End     --> -1 (8), -1 (8)
 * </pre>
 *
 * <p>All numbers are big-endian. What a later segment writes is what counts.
 */
@Contributes(type = TargetContainer.class, name = "flattened", rank = 10)
public final class FlattenedContainer implements TargetContainer {
    private static final byte[] SIGNATURE = "makedumpfile\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TYPE_OFFSET = 16;
    private static final int VERSION_OFFSET = 24;
    private static final int HEADER_BYTES = 4096;
    private static final int SEGMENT_HEADER_BYTES = 16;
    private static final long END = -1;

    /** Some 200 MB of index: of makedumpfile's segments of 32 KiB in the mean, 64 GB. */
    private static final int MOST_SEGMENTS = 1 << 21;

    @Override
    public boolean recognises(ByteSlice file) {
        return file.byteSize() >= SIGNATURE.length && Arrays.equals(file.toArray(0, SIGNATURE.length), SIGNATURE);
    }

    @Override
    public FileView open(ByteSlice file, Consumer<String> warnings) {
        var big = file.withOrder(ByteOrder.BIG_ENDIAN);
        if (file.byteSize() < HEADER_BYTES) {
            throw file.malformed(
                    file.byteSize(), "the file ends inside its header of %d bytes".formatted(HEADER_BYTES));
        }
        if (big.u64(TYPE_OFFSET) != 1 || big.u64(VERSION_OFFSET) != 1) {
            throw new UnsupportedTargetException("%s: is a flattened dump of type %d, version %d; 1 and 1 are supported"
                    .formatted(file.name(), big.u64(TYPE_OFFSET), big.u64(VERSION_OFFSET)));
        }
        var index = index(big, warnings);
        if (index.isEmpty()) {
            throw file.malformed(file.byteSize(), "the flattened dump ends before its first segment");
        }
        return new FlattenedFile(file, index);
    }

    private static FlattenedIndex index(ByteSlice big, Consumer<String> warnings) {
        var index = new FlattenedIndex();
        var at = (long) HEADER_BYTES;
        for (var count = 0; at <= big.byteSize() - SEGMENT_HEADER_BYTES; count++) {
            var offset = big.u64(at);
            var byteSize = big.u64(at + Long.BYTES);
            if (offset == END && byteSize == END) {
                return index;
            }
            if (offset < 0 || byteSize <= 0 || offset > Long.MAX_VALUE - byteSize) {
                throw big.malformed(
                        at,
                        "a segment of the flattened dump is for offset 0x%x, 0x%x bytes".formatted(offset, byteSize));
            }
            if (count == MOST_SEGMENTS) {
                throw new UnsupportedTargetException(
                        "%s: is a flattened dump of more than %d segments; restore it: makedumpfile -R RESTORED < %s"
                                .formatted(big.name(), MOST_SEGMENTS, big.name()));
            }
            var place = at + SEGMENT_HEADER_BYTES;
            var present = Math.min(byteSize, big.byteSize() - place);
            if (present != 0) {
                index.put(offset, offset + present, place);
            }
            at = place + present;
        }
        warnings.accept("the file is cut short: it ends at 0x%x, without the end mark of a flattened dump"
                .formatted(big.byteSize()));
        return index;
    }
}
