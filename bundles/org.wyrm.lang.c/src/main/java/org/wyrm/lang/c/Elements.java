package org.wyrm.lang.c;

import java.util.Optional;
import org.wyrm.base.error.Attempt;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.ArrayType;

/** The elements of an array, which is read piece by piece. Confined to one thread. */
final class Elements {
    private static final long PIECE_BYTES = 1 << 16;

    private final Value array;
    private final long count;
    private final long elementByteSize;
    private final long pieceCount;

    /** Elements that were read together; empty if they could not be. */
    private Optional<Value> piece = Optional.empty();

    private long pieceStart;
    private long pieceEnd;

    Elements(Value array, ArrayType type) {
        this.array = array;
        var elementCount = type.elementCount().orElse(0);
        this.count = elementCount < 0 ? Long.MAX_VALUE : elementCount;
        this.elementByteSize = count == 0
                ? 0
                : Value.sizeOf(array.program().complete(type.element().resolve()));
        this.pieceCount = Math.max(1, PIECE_BYTES / Math.max(1, elementByteSize));
    }

    long count() {
        return count;
    }

    boolean isLargerThan(long byteSize) {
        return elementByteSize != 0 && count > byteSize / elementByteSize;
    }

    /**
     * {@return an element; a snapshot of it, unless only parts of it can be read}
     *
     * @throws org.wyrm.base.error.FaultException if nothing of it can be read
     */
    Value get(long index) {
        if (index < pieceStart || index >= pieceEnd) {
            pieceStart = index;
            pieceEnd = index + Math.min(pieceCount, count - index);
            piece = Attempt.of(
                            () -> Optional.of(array.slice(pieceStart, pieceEnd).read()))
                    .orElse(Optional.empty());
        }
        return piece.isPresent() ? piece.get().subscript(index - pieceStart) : Snapshot.of(array.subscript(index));
    }

    /** {@return how many elements there are up to the last that is not zero, or cannot be read} */
    long countUpToLastNonZero() {
        var start = count;
        while (start > 0) {
            var end = start;
            start = Math.max(0, end - pieceCount);
            var first = start;
            if (!(Attempt.of(() -> array.slice(first, end).bytes()) instanceof Attempt.Success<byte[]>(var bytes))) {
                return end;
            }
            // A byte that is not zero may be one between members.
            for (var last = lastNonZero(bytes, bytes.length); last >= 0; ) {
                var index = last / elementByteSize;
                if (!Zero.isZero(get(first + index))) {
                    return first + index + 1;
                }
                last = lastNonZero(bytes, (int) (index * elementByteSize));
            }
        }
        return 0;
    }

    private static int lastNonZero(byte[] bytes, int end) {
        var last = end - 1;
        while (last >= 0 && bytes[last] == 0) {
            last--;
        }
        return last;
    }

    /** {@return the first element that begins behind the page of an address} */
    long firstBehindPage(long address) {
        var byteOffset = Snapshot.nextPage(array, address) - array.address();
        return elementByteSize == 0 ? count : Math.ceilDiv(byteOffset, elementByteSize);
    }
}
