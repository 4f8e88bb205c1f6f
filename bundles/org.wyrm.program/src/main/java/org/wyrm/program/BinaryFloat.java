package org.wyrm.program;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.OptionalInt;
import org.wyrm.arch.FloatFormat;

/**
 * A floating-point number of a target, in the target's own format. Arithmetic rounds to nearest, ties to even, as the
 * target's processor does unless told otherwise.
 *
 * <p>Immutable and thread-safe.
 */
public final class BinaryFloat {
    private enum Kind {
        FINITE,
        INFINITE,
        NAN
    }

    private final FloatFormat format;
    private final Kind kind;
    private final boolean negative;

    /** The number is this, not negative, times two to the power of {@link #exponent}. */
    private final BigInteger significand;

    private final int exponent;

    private BinaryFloat(FloatFormat format, Kind kind, boolean negative, BigInteger significand, int exponent) {
        this.format = format;
        this.kind = kind;
        this.negative = negative;
        this.significand = significand;
        this.exponent = exponent;
    }

    private static BinaryFloat nan(FloatFormat format) {
        return new BinaryFloat(format, Kind.NAN, false, BigInteger.ZERO, 0);
    }

    private static BinaryFloat infinity(FloatFormat format, boolean negative) {
        return new BinaryFloat(format, Kind.INFINITE, negative, BigInteger.ZERO, 0);
    }

    private static BinaryFloat zero(FloatFormat format, boolean negative) {
        return new BinaryFloat(format, Kind.FINITE, negative, BigInteger.ZERO, 0);
    }

    /** {@return the number that is written in some bits, of which those above the format's are ignored} */
    public static BinaryFloat ofBits(FloatFormat format, BigInteger bits) {
        var fractionBits = fractionBits(format);
        var fraction = bits.and(mask(fractionBits));
        var written =
                bits.shiftRight(fractionBits).and(mask(format.exponentBits())).intValue();
        var negative = bits.testBit(format.bits() - 1);
        var isLast = written == (1 << format.exponentBits()) - 1;
        if (isLast) {
            var payload = format.hasExplicitDigit() ? fraction.clearBit(fractionBits - 1) : fraction;
            return payload.signum() == 0 ? infinity(format, negative) : nan(format);
        }
        if (written != 0 && format.hasExplicitDigit() && !fraction.testBit(fractionBits - 1)) {
            return nan(format); // The processor calls it an invalid operand.
        }
        var hasImpliedDigit = written != 0 && !format.hasExplicitDigit();
        return new BinaryFloat(
                format,
                Kind.FINITE,
                negative,
                hasImpliedDigit ? fraction.setBit(fractionBits) : fraction,
                Math.max(written, 1) - format.maxExponent() - (format.precision() - 1));
    }

    /** {@return how many bits of the format are below its exponent} */
    private static int fractionBits(FloatFormat format) {
        return format.bits() - 1 - format.exponentBits();
    }

    private static BigInteger mask(int bits) {
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }

    /** {@return the number nearest to an integer} */
    public static BinaryFloat of(FloatFormat format, BigInteger value) {
        return rounded(format, value.signum() < 0, value.abs(), 0);
    }

    /** {@return the number nearest to a decimal one} */
    public static BinaryFloat of(FloatFormat format, BigDecimal value) {
        var unscaled = BigInteger.TEN.pow(Math.abs(value.scale()));
        return value.scale() <= 0
                ? of(format, value.unscaledValue().multiply(unscaled))
                : quotient(format, value.signum() < 0, value.unscaledValue().abs(), 0, unscaled, 0);
    }

    /** {@return the nearest number in a format} */
    public static BinaryFloat of(FloatFormat format, double value) {
        return ofBits(FloatFormat.BINARY64, BigInteger.valueOf(Double.doubleToRawLongBits(value)))
                .to(format);
    }

    /** {@return the nearest number in another format} */
    public BinaryFloat to(FloatFormat other) {
        return switch (kind) {
            case NAN -> nan(other);
            case INFINITE -> infinity(other, negative);
            case FINITE -> rounded(other, negative, significand, exponent);
        };
    }

    private static BinaryFloat rounded(FloatFormat format, boolean negative, BigInteger significand, int exponent) {
        if (significand.signum() == 0) {
            return zero(format, negative);
        }
        var minExponent = 2 - format.maxExponent() - format.precision();
        var excess = Math.max(significand.bitLength() - format.precision(), minExponent - exponent);
        var kept = significand;
        var at = exponent;
        if (excess > 0) {
            kept = significand.shiftRight(excess);
            at += excess;
            var lowest = significand.getLowestSetBit();
            var isHalfOrMore = significand.testBit(excess - 1);
            var isHalf = lowest == excess - 1;
            if (isHalfOrMore && (!isHalf || kept.testBit(0))) {
                kept = kept.add(BigInteger.ONE);
            }
        }
        return kept.bitLength() + at - 1 > format.maxExponent()
                ? infinity(format, negative)
                : new BinaryFloat(format, Kind.FINITE, negative, kept, at);
    }

    /** {@return its format} */
    public FloatFormat format() {
        return format;
    }

    /** {@return its bits, the lowest first, in the format's width} */
    public BigInteger bits() {
        var fractionBits = fractionBits(format);
        var last = BigInteger.valueOf((1 << format.exponentBits()) - 1L);
        var written = last;
        var fraction = BigInteger.ZERO;
        if (kind == Kind.NAN) {
            fraction = BigInteger.ONE.shiftLeft(format.precision() - 2);
        } else if (kind == Kind.FINITE && significand.signum() == 0) {
            written = BigInteger.ZERO;
        } else if (kind == Kind.FINITE) {
            var minExponent = 2 - format.maxExponent() - format.precision();
            var up = Math.min(format.precision() - significand.bitLength(), exponent - minExponent);
            fraction = significand.shiftLeft(up);
            var isNormal = fraction.bitLength() == format.precision();
            written = isNormal ? BigInteger.valueOf(exponent - up - minExponent + 1L) : BigInteger.ZERO;
            if (!format.hasExplicitDigit()) {
                fraction = fraction.and(mask(fractionBits));
            }
        }
        if (kind != Kind.FINITE && format.hasExplicitDigit()) {
            fraction = fraction.setBit(fractionBits - 1);
        }
        var bits = fraction.or(written.shiftLeft(fractionBits));
        return negative ? bits.setBit(format.bits() - 1) : bits;
    }

    /** {@return whether it is no number} */
    public boolean isNan() {
        return kind == Kind.NAN;
    }

    /** {@return whether it is a number, and not infinite} */
    public boolean isFinite() {
        return kind == Kind.FINITE;
    }

    /** {@return whether it is zero, of either sign} */
    public boolean isZero() {
        return kind == Kind.FINITE && significand.signum() == 0;
    }

    /** {@return it with the other sign} */
    public BinaryFloat negate() {
        return new BinaryFloat(format, kind, !negative, significand, exponent);
    }

    /** {@return the sum, in the format of both} */
    public BinaryFloat plus(BinaryFloat other) {
        if (isNan() || other.isNan()) {
            return nan(format);
        }
        if (kind == Kind.INFINITE || other.kind == Kind.INFINITE) {
            if (kind == other.kind && negative != other.negative) {
                return nan(format);
            }
            return kind == Kind.INFINITE ? this : other;
        }
        if (isZero() && other.isZero()) {
            return zero(format, negative && other.negative);
        }
        var at = commonExponent(other);
        var sum = signed(at).add(other.signed(at));
        return rounded(format, sum.signum() < 0, sum.abs(), at);
    }

    private int commonExponent(BinaryFloat other) {
        if (isZero()) {
            return other.exponent;
        }
        return other.isZero() ? exponent : Math.min(exponent, other.exponent);
    }

    private BigInteger signed(int at) {
        var shifted = isZero() ? significand : significand.shiftLeft(exponent - at);
        return negative ? shifted.negate() : shifted;
    }

    /** {@return the difference, in the format of both} */
    public BinaryFloat minus(BinaryFloat other) {
        return plus(other.negate());
    }

    /** {@return the product, in the format of both} */
    public BinaryFloat times(BinaryFloat other) {
        var isNegative = negative != other.negative;
        if (isNan() || other.isNan()) {
            return nan(format);
        }
        if (kind == Kind.INFINITE || other.kind == Kind.INFINITE) {
            return isZero() || other.isZero() ? nan(format) : infinity(format, isNegative);
        }
        return rounded(format, isNegative, significand.multiply(other.significand), exponent + other.exponent);
    }

    /** {@return the quotient, in the format of both} */
    public BinaryFloat dividedBy(BinaryFloat other) {
        var isNegative = negative != other.negative;
        if (isNan() || other.isNan() || kind == Kind.INFINITE && other.kind == Kind.INFINITE) {
            return nan(format);
        }
        if (kind == Kind.INFINITE) {
            return infinity(format, isNegative);
        }
        if (other.kind == Kind.INFINITE) {
            return zero(format, isNegative);
        }
        if (other.isZero()) {
            return isZero() ? nan(format) : infinity(format, isNegative);
        }
        return quotient(format, isNegative, significand, exponent, other.significand, other.exponent);
    }

    private static BinaryFloat quotient(
            FloatFormat format,
            boolean negative,
            BigInteger dividend,
            int dividendExponent,
            BigInteger divisor,
            int divisorExponent) {
        var up = Math.max(0, format.precision() + 2 + divisor.bitLength() - dividend.bitLength());
        var parts = dividend.shiftLeft(up).divideAndRemainder(divisor);
        // One more digit tells whether anything is left, which decides ties.
        var digits = parts[0].shiftLeft(1);
        var withRest = parts[1].signum() == 0 ? digits : digits.setBit(0);
        return rounded(format, negative, withRest, dividendExponent - divisorExponent - up - 1);
    }

    /** {@return less than, equal to or greater than zero as this is to another; empty if one of them is no number} */
    public OptionalInt compare(BinaryFloat other) {
        if (isNan() || other.isNan()) {
            return OptionalInt.empty();
        }
        if (kind == Kind.INFINITE || other.kind == Kind.INFINITE) {
            return OptionalInt.of(Integer.compare(rank(), other.rank()));
        }
        var at = commonExponent(other);
        return OptionalInt.of(signed(at).compareTo(other.signed(at)));
    }

    private int rank() {
        if (kind == Kind.INFINITE) {
            return negative ? -1 : 1;
        }
        return 0;
    }

    /**
     * {@return the integer that is left when the digits behind the point are cut off}
     *
     * @throws ArithmeticException if it is infinite or no number
     */
    public BigInteger toBigInteger() {
        if (kind != Kind.FINITE) {
            throw new ArithmeticException(this + " is no integer");
        }
        var integer = exponent >= 0 ? significand.shiftLeft(exponent) : significand.shiftRight(-exponent);
        return negative ? integer.negate() : integer;
    }

    /** {@return the nearest {@code double}} */
    public double doubleValue() {
        return Double.longBitsToDouble(to(FloatFormat.BINARY64).bits().longValue());
    }

    /** {@return whether it is a number without digits behind the point} */
    public boolean isInteger() {
        return kind == Kind.FINITE && (exponent >= 0 || significand.getLowestSetBit() >= -exponent || isZero());
    }

    /** {@return it in decimal, with as many digits as tell it from any other number: C's {@code %.17g} for a double} */
    @Override
    public String toString() {
        return toString(0);
    }

    /** {@return it in decimal, as above, and with some digits at least} */
    public String toString(int digits) {
        if (kind == Kind.NAN) {
            return "nan";
        }
        var sign = negative ? "-" : "";
        if (kind == Kind.INFINITE) {
            return sign + "inf";
        }
        if (isZero()) {
            return sign + "0";
        }
        var exact = exponent >= 0
                ? new BigDecimal(significand.shiftLeft(exponent))
                : new BigDecimal(significand).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
        return sign + general(exact, Math.max(digits, format.decimalDigits()));
    }

    /** C's {@code %g}. */
    private static String general(BigDecimal exact, int digits) {
        var rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        var power = rounded.precision() - rounded.scale() - 1;
        var stripped = rounded.stripTrailingZeros();
        if (power >= -4 && power < digits) {
            return stripped.toPlainString();
        }
        var unscaled = stripped.unscaledValue().toString();
        var fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
        return unscaled.charAt(0) + fraction + "e" + (power < 0 ? "-" : "+") + "%02d".formatted(Math.abs(power));
    }
}
