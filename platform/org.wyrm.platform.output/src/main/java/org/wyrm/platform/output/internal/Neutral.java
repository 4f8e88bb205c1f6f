package org.wyrm.platform.output.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;

/** What of a value is the same to all bundles. */
public final class Neutral {
    private Neutral() {}

    /** {@return what is in optional values, attempts and what is worked out now, or null where there is nothing} */
    public static @Nullable Object unboxed(@Nullable Object value) {
        return Text.unboxed(value);
    }

    /** {@return whether a record is one value: an address, a size, a failure} */
    public static boolean isSimple(Record record) {
        return Text.isAddress(record) || record instanceof ByteSize || record instanceof Attempt.Failure<?>;
    }

    /** {@return a value that is neither a list nor a map nor a row} */
    public static @Nullable Object simple(@Nullable Object value) {
        if (value instanceof Attempt.Failure<?> failure) {
            return failure.error();
        }
        if (value instanceof ByteSize size) {
            return size.bytes();
        }
        if (value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof String
                || value instanceof Duration
                || value instanceof byte[]
                || Text.isAddress(value)) {
            return value;
        }
        return Text.of(value, Text.Reader.PROGRAM);
    }
}
