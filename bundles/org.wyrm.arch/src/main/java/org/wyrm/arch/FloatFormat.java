package org.wyrm.arch;

/** How a binary floating-point number lies in its bits: sign, exponent, fraction, the sign highest. */
public enum FloatFormat {
    /** {@code _Float16}: IEEE 754 binary16. */
    BINARY16(16, 5, 11, 5),
    /** {@code float}: IEEE 754 binary32. */
    BINARY32(32, 8, 24, 9),
    /** {@code double}: IEEE 754 binary64. */
    BINARY64(64, 11, 53, 17),
    /** {@code long double} of x86: 80 bits, in which the fraction's first bit is written. */
    X87(80, 15, 64, 21),
    /** {@code __float128}: IEEE 754 binary128. */
    BINARY128(128, 15, 113, 36);

    private final int bits;
    private final int exponentBits;
    private final int precision;
    private final int decimalDigits;

    FloatFormat(int bits, int exponentBits, int precision, int decimalDigits) {
        this.bits = bits;
        this.exponentBits = exponentBits;
        this.precision = precision;
        this.decimalDigits = decimalDigits;
    }

    /** {@return how many bits are used, which may be less than the type's size} */
    public int bits() {
        return bits;
    }

    /** {@return the width of the exponent, in bits} */
    public int exponentBits() {
        return exponentBits;
    }

    /** {@return how many binary digits a number has, the first one included} */
    public int precision() {
        return precision;
    }

    /** {@return how many decimal digits tell any two numbers apart: C's {@code DBL_DECIMAL_DIG}} */
    public int decimalDigits() {
        return decimalDigits;
    }

    /** {@return whether the first binary digit is written, and not implied} */
    public boolean hasExplicitDigit() {
        return this == X87;
    }

    /** {@return the largest exponent, which is what the written one is counted from} */
    public int maxExponent() {
        return (1 << (exponentBits - 1)) - 1;
    }
}
