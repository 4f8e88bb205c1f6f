package org.wyrm.elf;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * What a linker calls its result by, the same in a stripped file and in the file of its debug information.
 *
 * @param digits its bytes as hex digits, two for each, small letters
 */
public record BuildId(String digits) {
    /** Twice as many as the longest that a linker makes. */
    private static final int MOST_BYTES = 64;

    public BuildId {
        if (!isValid(digits)) {
            throw new IllegalArgumentException("no build ID: " + digits);
        }
    }

    /** {@return the build ID that a text writes, in large or small digits, if it is one} */
    public static Optional<BuildId> parse(String text) {
        var digits = text.toLowerCase(Locale.ROOT);
        return isValid(digits) ? Optional.of(new BuildId(digits)) : Optional.empty();
    }

    /** {@return the build ID in some bytes; empty if they are too few or too many for one} */
    public static Optional<BuildId> of(ByteSlice bytes) {
        return bytes.byteSize() < 1 || bytes.byteSize() > MOST_BYTES
                ? Optional.empty()
                : Optional.of(new BuildId(HexFormat.of().formatHex(bytes.toArray(0, bytes.byteSize()))));
    }

    private static boolean isValid(String digits) {
        return !digits.isEmpty()
                && digits.length() % 2 == 0
                && digits.length() <= 2 * MOST_BYTES
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f');
    }

    // Those that a record has by itself cost a start 15 ms at their first use, see docs/adr/0003.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BuildId id && digits.equals(id.digits);
    }

    @Override
    public int hashCode() {
        return digits.hashCode();
    }

    /** {@return the digits} */
    @Override
    public String toString() {
        return digits;
    }
}
