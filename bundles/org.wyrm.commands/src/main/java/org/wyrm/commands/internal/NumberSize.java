package org.wyrm.commands.internal;

import java.util.List;
import org.wyrm.base.error.UsageException;

/** The sizes of numbers, as options and as text. */
final class NumberSize {
    private NumberSize() {}

    /** {@return the size in bytes that was asked for; 0 if none was} */
    static int of(boolean bits8, boolean bits16, boolean bits32, boolean bits64) {
        var said = List.of(bits8, bits16, bits32, bits64);
        var first = said.indexOf(true);
        if (first != said.lastIndexOf(true)) {
            throw new UsageException("-8, -16, -32 and -64 exclude each other");
        }
        return first < 0 ? 0 : 1 << first;
    }

    /** {@return a number with {@code 0x} and all the digits of its size} */
    static String text(long number, int byteSize) {
        var digits = Long.toHexString(number);
        return "0x" + "0".repeat(byteSize * 2 - digits.length()) + digits;
    }
}
