package org.wyrm.program;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import org.wyrm.arch.FloatFormat;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.Scalar;

/** How numbers lie in bytes. */
final class Numbers {
    private Numbers() {}

    static boolean isSigned(TargetType type) {
        return type instanceof IntType integer && integer.signed()
                || type instanceof EnumType enumeration && enumeration.signed();
    }

    /** {@return a number cut to the width of its type, which is no alias, and extended to 64 bits by its sign} */
    static long truncate(TargetType type, long bits) {
        if (!(type instanceof Scalar scalar)) {
            return bits;
        }
        if (scalar instanceof BoolType) {
            return bits == 0 ? 0 : 1;
        }
        return extend(bits, scalar.byteSize() * Byte.SIZE, isSigned(scalar));
    }

    static long extend(long bits, int width, boolean signed) {
        var unused = Long.SIZE - width;
        if (unused <= 0) {
            return bits;
        }
        return signed ? bits << unused >> unused : bits << unused >>> unused;
    }

    static BigInteger extend(BigInteger bits, int width, boolean signed) {
        var low = bits.and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
        return signed && low.testBit(width - 1) ? low.subtract(BigInteger.ONE.shiftLeft(width)) : low;
    }

    /**
     * {@return a number of up to 64 bits in some bytes, not extended}
     *
     * @param bytes up to 9 of them
     * @param bitOffset from the first bit in memory: the lowest one of the first byte, or the highest in big-endian
     */
    static long bits(byte[] bytes, ByteOrder order, int bitOffset, int width) {
        var count = bytes.length;
        var isBig = order == ByteOrder.BIG_ENDIAN;
        var result = 0L;
        // The highest byte first; of nine, the first is shifted out and comes back below.
        for (var i = 0; i < count; i++) {
            result = result << Byte.SIZE | bytes[isBig ? i : count - 1 - i] & 0xff;
        }
        var shift = isBig ? count * Byte.SIZE - bitOffset - width : bitOffset;
        result >>>= shift;
        if (count > Long.BYTES && shift > 0) {
            result |= (long) bytes[isBig ? 0 : count - 1] << (Long.SIZE - shift);
        }
        return result;
    }

    /** {@return a number of any width in some bytes, not extended, as {@link #bits}} */
    static BigInteger wideBits(byte[] bytes, ByteOrder order, int bitOffset, int width) {
        var whole = order == ByteOrder.BIG_ENDIAN ? new BigInteger(1, bytes) : new BigInteger(1, reversed(bytes));
        var shift = order == ByteOrder.BIG_ENDIAN ? bytes.length * Byte.SIZE - bitOffset - width : bitOffset;
        return whole.shiftRight(shift).and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
    }

    /** {@return the bytes of a number, in order} */
    static byte[] bytes(BigInteger number, ByteOrder order, int byteSize) {
        var bytes = new byte[byteSize];
        var rest = number;
        for (var i = 0; i < byteSize; i++) {
            bytes[order == ByteOrder.BIG_ENDIAN ? byteSize - 1 - i : i] = rest.byteValue();
            rest = rest.shiftRight(Byte.SIZE);
        }
        return bytes;
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    /** {@return the format of a floating-point type; empty for complex and decimal ones, and for those not known} */
    static Optional<FloatFormat> format(FloatType type, Architecture architecture) {
        var name = type.name().toLowerCase(Locale.ROOT);
        if (name.contains("complex") || name.contains("imaginary") || name.contains("decimal")) {
            return Optional.empty();
        }
        return switch (type.byteSize()) {
            case 2 -> name.contains("bf") ? Optional.empty() : Optional.of(FloatFormat.BINARY16);
            case 4 -> Optional.of(FloatFormat.BINARY32);
            case 8 -> Optional.of(FloatFormat.BINARY64);
            case 10, 12, 16 -> name.contains("128") ? Optional.of(FloatFormat.BINARY128) : architecture.longDouble();
            default -> Optional.empty();
        };
    }
}
