package org.wyrm.platform.output.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;

/** Compares what rows hold. */
final class RowValues {
    private RowValues() {}

    /** {@return a value as a number: sizes in bytes, times in seconds, addresses without sign; null if it is none} */
    static @Nullable BigDecimal number(@Nullable Object value) {
        if (value instanceof VirtualAddress address) {
            return unsigned(address.value());
        }
        if (value instanceof PhysicalAddress address) {
            return unsigned(address.value());
        }
        if (value instanceof ByteSize size) {
            return BigDecimal.valueOf(size.bytes());
        }
        if (value instanceof Duration time) {
            return BigDecimal.valueOf(time.toSeconds()).add(BigDecimal.valueOf(time.toNanosPart(), 9));
        }
        if (value instanceof Double || value instanceof Float) {
            var number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        return value instanceof Number number ? BigDecimal.valueOf(number.longValue()) : null;
    }

    private static BigDecimal unsigned(long value) {
        return new BigDecimal(Long.toUnsignedString(value));
    }

    /** Orders values: numbers, texts, then what is absent, then what could not be read, in either direction. */
    static int compare(@Nullable Object a, @Nullable Object b, boolean descending) {
        var byKind = Integer.compare(kind(a), kind(b));
        if (byKind != 0) {
            return byKind;
        }
        var first = Text.unboxed(a);
        var second = Text.unboxed(b);
        var left = number(first);
        var right = number(second);
        var order = left != null && right != null
                ? left.compareTo(right)
                : Text.of(first, Text.Reader.PROGRAM).compareTo(Text.of(second, Text.Reader.PROGRAM));
        return descending ? -order : order;
    }

    private static int kind(@Nullable Object value) {
        if (RowShape.isFailure(value)) {
            return 3;
        }
        var plain = Text.unboxed(value);
        if (plain == null) {
            return 2;
        }
        return number(plain) != null ? 0 : 1;
    }
}
