package org.wyrm.program;

import java.util.OptionalInt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;

/**
 * A member of a structure, its place worked out once. Walks use it in place of a name.
 *
 * @param name how it was asked for: {@code thread.sp}
 * @param type its type
 * @param bitOffset from the start of the structure, in bits
 * @param bitFieldBits width in bits, empty when the member is not a bit field
 */
public record Field(String name, TargetType type, long bitOffset, OptionalInt bitFieldBits) {
    /**
     * {@return a member of a type, or of a member of it}
     *
     * @param path member names with dots between: {@code thread.sp}
     * @throws LookupFailedException if there is no such member
     */
    public static Field of(TargetType type, String path) {
        var at = 0L;
        var bits = OptionalInt.empty();
        var current = type;
        for (var name : path.split("\\.", -1)) {
            var member = compound(current, name)
                    .findMember(name)
                    .orElseThrow(() -> new LookupFailedException("member", path, "in " + type.unaliased()));
            at += member.bitOffset();
            bits = member.bitFieldBits();
            current = member.type().resolve();
        }
        return new Field(path, current, at, bits);
    }

    static CompoundType compound(TargetType type, String name) {
        if (type.unaliased() instanceof CompoundType compound) {
            return compound;
        }
        throw new LookupFailedException("member", name, "its object is neither a structure nor a union");
    }

    /**
     * {@return the offset in bytes}
     *
     * @throws LookupFailedException if the member starts inside a byte
     */
    public long byteOffset() {
        if (bitOffset % Byte.SIZE != 0) {
            throw new LookupFailedException("byte offset", name, "it starts inside a byte, at bit " + bitOffset);
        }
        return bitOffset / Byte.SIZE;
    }
}
