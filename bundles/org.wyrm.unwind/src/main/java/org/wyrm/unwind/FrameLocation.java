package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.wyrm.program.Value;

/**
 * Where an expression says that an object is.
 *
 * @dwarf 2.6 Location Descriptions
 */
sealed interface FrameLocation {
    /** In memory. */
    record InMemory(long address) implements FrameLocation {}

    /** In a register. */
    record OfRegister(int number) implements FrameLocation {}

    /** It has no place; this is its value: {@code bits}, or a number of a base type. */
    record Computed(long bits, Optional<Value> typed) implements FrameLocation {}

    /** It has no place; these are its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(byte[] content) implements FrameLocation {}

    /** It is nowhere. */
    record Nowhere(String reason) implements FrameLocation {}

    /** It is in several places, the lowest bits first. */
    record Pieces(List<Piece> pieces) implements FrameLocation {}

    /**
     * A part of an object.
     *
     * @param bitOffset where it begins in what {@code location} is
     */
    record Piece(FrameLocation location, long bitSize, long bitOffset) {}

    /** {@return a number's lowest bytes, as they are in memory; those that it has not are 0} */
    static byte[] bytes(long bits, int byteSize, ByteOrder order) {
        var content = new byte[byteSize];
        for (var index = 0; index < Math.min(byteSize, Long.BYTES); index++) {
            content[order == ByteOrder.BIG_ENDIAN ? byteSize - 1 - index : index] = (byte) (bits >>> index * Byte.SIZE);
        }
        return content;
    }
}
