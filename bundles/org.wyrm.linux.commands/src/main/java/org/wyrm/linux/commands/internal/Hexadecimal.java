package org.wyrm.linux.commands.internal;

import org.wyrm.base.error.UsageException;

/** Numbers of commands that know hexadecimal ones only, as crash does. */
final class Hexadecimal {
    private Hexadecimal() {}

    /** {@return a number of 64 bits, with or without {@code 0x}} */
    static long parse(String command, String text) {
        var digits = text.startsWith("0x") ? text.substring(2) : text;
        if (!digits.matches("\\p{XDigit}{1,16}")) {
            throw new UsageException(command + ": '" + text + "' is no hexadecimal number of 64 bits");
        }
        return Long.parseUnsignedLong(digits, 16);
    }
}
