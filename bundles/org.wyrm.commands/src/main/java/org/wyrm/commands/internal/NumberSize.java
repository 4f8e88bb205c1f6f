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

    /** {@return the digits of a number's text} */
    static String digits(String text) {
        return text.startsWith("0x") ? text.substring(2) : text;
    }

    /** {@return a number in base 10} */
    static String decimal(long number, int byteSize, boolean signed) {
        var unused = Long.SIZE - byteSize * Byte.SIZE;
        return signed ? Long.toString(number << unused >> unused) : Long.toUnsignedString(number);
    }

    /** {@return how many characters such a number has at least, which is as in crash} */
    static int decimalWidth(int byteSize, boolean signed) {
        return switch (byteSize) {
            case 1 -> 3;
            case 2 -> 5;
            case 4 -> 12;
            default -> signed ? 15 : 20;
        };
    }
}
