package org.wyrm.lang.c;

import java.util.Optional;
import org.wyrm.base.error.Attempt;
import org.wyrm.program.Value;

/** Writes strings of the target, up to their NUL; what is not ASCII is written as bytes. */
final class StringText {
    private StringText() {}

    /** {@return the string that a pointer points to; empty if it cannot be read} */
    static Optional<String> pointedTo(Value pointer) {
        var limit = Value.MAX_STRING_BYTES;
        return Attempt.of(() -> Optional.of(pointer.program().bytesToNul(pointer.longValue(), limit)))
                .orElse(Optional.empty())
                .map(bytes -> literal(bytes, bytes.length, limit, "... more than " + limit + " bytes"));
    }

    /**
     * {@return an array of characters}
     *
     * @throws org.wyrm.base.error.FaultException if a byte before its NUL cannot be read
     */
    static String array(Value array, long elementCount) {
        var limit = (int) Math.min(elementCount, Value.MAX_STRING_BYTES);
        var mark = elementCount > limit ? "... " + (elementCount - limit) + " more elements" : "";
        if (Attempt.of(() -> array.bytes(limit)) instanceof Attempt.Success<byte[]>(var bytes)) {
            return literal(bytes, length(bytes), limit, mark);
        }
        // What is behind the NUL need not be there.
        var bytes = array.program().bytesToNul(array.address(), limit);
        return literal(bytes, bytes.length, limit, mark);
    }

    private static String literal(byte[] bytes, int length, int limit, String mark) {
        return CharacterText.string(bytes, length) + (length < limit ? "" : mark);
    }

    private static int length(byte[] bytes) {
        var length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return length;
    }
}
