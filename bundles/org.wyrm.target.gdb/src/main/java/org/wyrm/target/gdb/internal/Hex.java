package org.wyrm.target.gdb.internal;

/** Bytes as two hexadecimal digits each. */
final class Hex {
    private Hex() {}

    /** {@return whether two digits are at an index} */
    static boolean isByte(String text, int index) {
        return Character.digit(text.charAt(index), 16) >= 0 && Character.digit(text.charAt(index + 1), 16) >= 0;
    }

    /** {@return the byte of the two digits at an index, 0 to 255} */
    static int byteAt(String text, int index) {
        return Character.digit(text.charAt(index), 16) << 4 | Character.digit(text.charAt(index + 1), 16);
    }
}
