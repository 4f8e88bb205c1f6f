package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.arch.FloatFormat;

/** Java's own float and double are the same formats: what they compute is what must come out. */
class BinaryFloatTest {
    private static final List<Double> EDGES = List.of(
            0.0,
            -0.0,
            1.0,
            -1.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            0.1,
            1e300,
            1e-300,
            3.0);

    private static double any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> EDGES.get(random.nextInt(EDGES.size()));
            case 1 -> Double.longBitsToDouble(random.nextLong());
            case 2 -> random.nextInt(1000) - 500;
            default -> random.nextGaussian() * Math.pow(2, random.nextInt(200) - 100);
        };
    }

    private static BinaryFloat of(double value) {
        return BinaryFloat.of(FloatFormat.BINARY64, value);
    }

    private static BinaryFloat of(float value) {
        return BinaryFloat.ofBits(FloatFormat.BINARY32, BigInteger.valueOf(Float.floatToRawIntBits(value)));
    }

    private static void assertSame(BinaryFloat ours, double expected, String what) {
        assertThat(Double.doubleToLongBits(ours.doubleValue()))
                .as("%s: %s", what, expected)
                .isEqualTo(Double.doubleToLongBits(expected));
    }

    private static void assertSame(BinaryFloat ours, float expected, String what) {
        assertThat(ours.isNan() ? Float.floatToIntBits(Float.NaN) : ours.bits().intValue())
                .as("%s: %s", what, expected)
                .isEqualTo(Float.floatToIntBits(expected));
    }

    @Test
    void doublesAreComputedAsJavaDoes() {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++) {
            var a = any(random);
            var b = any(random);
            assertSame(of(a), a, "itself");
            assertSame(of(a).plus(of(b)), a + b, a + " + " + b);
            assertSame(of(a).minus(of(b)), a - b, a + " - " + b);
            assertSame(of(a).times(of(b)), a * b, a + " * " + b);
            assertSame(of(a).dividedBy(of(b)), a / b, a + " / " + b);
            var comparison = of(a).compare(of(b));
            assertThat(comparison.isPresent() && comparison.getAsInt() < 0).isEqualTo(a < b);
            assertThat(comparison.isPresent() && comparison.getAsInt() == 0).isEqualTo(a == b);
        }
    }

    @Test
    void floatsAreComputedAndRoundedAsJavaDoes() {
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++) {
            var a = (float) any(random);
            var b = (float) any(random);
            assertSame(of(a).plus(of(b)), a + b, a + " + " + b);
            assertSame(of(a).minus(of(b)), a - b, a + " - " + b);
            assertSame(of(a).times(of(b)), a * b, a + " * " + b);
            assertSame(of(a).dividedBy(of(b)), a / b, a + " / " + b);
            var wide = any(random);
            assertSame(of(wide).to(FloatFormat.BINARY32), (float) wide, "(float) " + wide);
            var half = of(a).to(FloatFormat.BINARY16);
            assertThat(half.isNan() ? 0 : half.bits().shortValue())
                    .as("(_Float16) " + a)
                    .isEqualTo(Float.isNaN(a) ? 0 : Float.floatToFloat16(a));
        }
    }

    @Test
    void integersAndDecimalsAreRoundedOnce() {
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++) {
            var number = random.nextLong();
            assertSame(BinaryFloat.of(FloatFormat.BINARY64, BigInteger.valueOf(number)), (double) number, "long");
            var text = random.nextInt(100_000) + "." + random.nextInt(100_000) + "e" + (random.nextInt(660) - 340);
            assertSame(
                    BinaryFloat.of(FloatFormat.BINARY64, new BigDecimal(text)),
                    Double.parseDouble(text),
                    "decimal " + text);
        }
    }

    @Test
    void anIntegerIsWhatIsBeforeThePoint() {
        assertThat(of(-2.9).toBigInteger()).isEqualTo(-2);
        assertThat(of(1e20).toBigInteger()).isEqualTo(new BigInteger("100000000000000000000"));
        assertThatThrownBy(() -> of(Double.NaN).toBigInteger()).isInstanceOf(ArithmeticException.class);
    }

    /** What GCC 12 writes for these constants on x86-64. */
    @ParameterizedTest
    @CsvSource({
        "1, 3fff8000000000000000",
        "-2.5, c000a000000000000000",
        "0.1, 3ffbcccccccccccccccd",
        "1e4000, 73e6d1ba8323fe558c61",
        "0, 00000000000000000000",
        "3.6e-4951, 00000000000000000001",
    })
    void longDoublesOfX86HaveTheirFirstDigitWritten(String decimal, String bits) {
        var number = BinaryFloat.of(FloatFormat.X87, new BigDecimal(decimal));

        assertThat(number.bits()).isEqualTo(new BigInteger(bits, 16));
        assertThat(BinaryFloat.ofBits(FloatFormat.X87, number.bits()).compare(number))
                .hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "7fff8000000000000000, inf",
        "ffff8000000000000000, -inf",
        "7fffc000000000000000, nan",
        "3fff0000000000000000, nan",
    })
    void whatX86CallsInvalidIsNoNumber(String bits, String text) {
        var number = BinaryFloat.ofBits(FloatFormat.X87, new BigInteger(bits, 16));

        assertThat(number).hasToString(text);
        if (!text.equals("nan")) {
            assertThat(number.bits()).isEqualTo(new BigInteger(bits, 16));
        }
    }

    /** As C's printf writes {@code %.17g}. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.10000000000000001",
        "1, 1",
        "-2.5, -2.5",
        "100000, 100000",
        "1e16, 10000000000000000",
        "1e17, 1e+17",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "1e300, 1.0000000000000001e+300",
        "5e-324, 4.9406564584124654e-324",
        "-0.0, -0",
        "123456.789, 123456.789",
    })
    void isWrittenAsCDoes(double value, String text) {
        assertThat(of(value)).hasToString(text);
    }
}
