package org.wyrm.target.kdump.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.error.MalformedDataException;

/** The file inside a flattened one, read where it lies. Thread-safe. */
final class FlattenedFile implements FileView {
    private static final long LEAST_COPY_LIMIT = 16 << 20;
    private static final long MOST_HEAP_BYTES = 1 << 20;
    private static final MemorySegment ZEROS =
            MemorySegment.ofArray(new byte[1 << 16]).asReadOnly();

    private final ByteSlice flattened;
    private final String name;
    private final long[] starts;
    private final long[] ends;
    private final long[] places;

    /** @param index of at least one piece; each lies in {@code flattened} */
    FlattenedFile(ByteSlice flattened, FlattenedIndex index) {
        this.flattened = flattened;
        this.name = flattened.name() + "[restored]";
        var pieces = index.pieces();
        this.starts = new long[pieces.size()];
        this.ends = new long[pieces.size()];
        this.places = new long[pieces.size()];
        var i = 0;
        for (var piece : pieces.entrySet()) {
            starts[i] = piece.getKey();
            ends[i] = piece.getValue().end();
            places[i] = piece.getValue().place();
            i++;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long byteSize() {
        return ends[ends.length - 1];
    }

    @Override
    public ByteSlice slice(long offset, long partByteSize) {
        if (!isInside(offset, partByteSize)) {
            throw malformed(
                    offset,
                    "%s bytes wanted, the data ends at 0x%x"
                            .formatted(Long.toUnsignedString(partByteSize), byteSize()));
        }
        var piece = piece(offset, partByteSize);
        return piece.byteSize() == partByteSize ? piece : copy(offset, partByteSize);
    }

    private ByteSlice copy(long offset, long partByteSize) {
        // A few bytes may claim to be for offsets far apart.
        var limit = Math.max(flattened.byteSize(), LEAST_COPY_LIMIT);
        if (partByteSize > limit) {
            throw malformed(
                    offset,
                    "0x%x bytes wanted, the flattened file has 0x%x".formatted(partByteSize, flattened.byteSize()));
        }
        var copy = partByteSize <= MOST_HEAP_BYTES
                ? MemorySegment.ofArray(new byte[(int) partByteSize])
                : Arena.ofAuto().allocate(partByteSize, Long.BYTES);
        var copied = 0L;
        while (copied < partByteSize) {
            var piece = piece(offset + copied, partByteSize - copied);
            MemorySegment.copy(piece.segment(), 0, copy, copied, piece.byteSize());
            copied += piece.byteSize();
        }
        return part(offset, copy.asReadOnly());
    }

    /** {@inheritDoc} A hole gives pieces of zeros. */
    @Override
    public ByteSlice piece(long offset, long mostByteSize) {
        var index = indexAt(offset);
        if (index >= 0 && offset < ends[index]) {
            var byteSize = Math.min(mostByteSize, ends[index] - offset);
            return part(offset, flattened.segment().asSlice(places[index] + offset - starts[index], byteSize));
        }
        var holeEnd = index + 1 < starts.length ? starts[index + 1] : offset;
        return part(offset, ZEROS.asSlice(0, Math.min(Math.min(mostByteSize, holeEnd - offset), ZEROS.byteSize())));
    }

    private ByteSlice part(long offset, MemorySegment bytes) {
        return ByteSlice.of(name, offset, bytes, flattened.order());
    }

    @Override
    public boolean has(long offset, long partByteSize) {
        if (!isInside(offset, partByteSize)) {
            return false;
        }
        var index = indexAt(offset);
        var reached = offset;
        while (index >= 0 && reached < ends[index] && reached < offset + partByteSize) {
            reached = ends[index];
            if (index + 1 < starts.length && starts[index + 1] == reached) {
                index++;
            }
        }
        return reached >= offset + partByteSize;
    }

    private boolean isInside(long offset, long partByteSize) {
        return offset >= 0 && partByteSize >= 0 && offset <= byteSize() - partByteSize;
    }

    /** {@return the last piece that begins at an offset or before; -1 if there is none} */
    private int indexAt(long offset) {
        var found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public MalformedDataException malformed(long offset, String rule) {
        return new MalformedDataException(name, offset, rule);
    }
}
