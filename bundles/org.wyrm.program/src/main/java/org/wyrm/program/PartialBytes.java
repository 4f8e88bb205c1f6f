package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * The bytes of a computed object of which some bits are not known: compilers keep the members that they need in registers,
 * and no others. Immutable.
 */
final class PartialBytes {
    private final MemorySegment bytes;
    /** As many bytes; a bit is set where that of {@link #bytes} is not known. */
    private final MemorySegment missing;

    PartialBytes(MemorySegment bytes, MemorySegment missing) {
        this.bytes = bytes;
        this.missing = missing;
    }

    /**
     * {@return what a part of the object has for a payload: its bytes, a reason if it has no value, or bytes of which some
     * are not known}
     *
     * @param bitOffset of a bit field, in the byte
     * @param bitFieldBits its width, 0 of anything else
     */
    Object part(Program program, TargetType type, long byteOffset, int bitOffset, int bitFieldBits) {
        if (byteOffset < 0 || byteOffset > bytes.byteSize()) {
            throw new LookupFailedException("byte", "+" + byteOffset, "it is outside the object");
        }
        var unknown = missing.asSlice(byteOffset);
        var size = bitFieldBits != 0
                ? Long.valueOf((bitOffset + bitFieldBits + Byte.SIZE - 1) / Byte.SIZE)
                : byteSize(program, type);
        var end = size == null ? unknown.byteSize() : Math.clamp(size, 0, unknown.byteSize());
        var mask = unknown.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE);
        var width = bitFieldBits != 0 ? bitFieldBits : mask.length * Byte.SIZE;
        var known = width
                - Numbers.wideBits(mask, program.memory().order(), bitOffset, width)
                        .bitCount();
        if (known == width) {
            return bytes.asSlice(byteOffset);
        }
        return known == 0 || type.unaliased() instanceof Scalar
                ? AbsenceReason.OPTIMIZED_OUT
                : new PartialBytes(bytes.asSlice(byteOffset), unknown);
    }

    private static @Nullable Long byteSize(Program program, TargetType type) {
        try {
            return TypeLayout.sizeOf(program.complete(type));
        } catch (LookupFailedException open) {
            return null;
        }
    }
}
