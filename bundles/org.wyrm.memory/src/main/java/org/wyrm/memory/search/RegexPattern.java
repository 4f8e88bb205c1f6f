package org.wyrm.memory.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.regex.Pattern;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.OperationFailedException;

/** A regular expression over bytes. */
final class RegexPattern extends SearchPattern {
    static final int CONTEXT_BYTES = 64;
    private static final int MAX_LENGTH = 1024;

    /** What java.util.regex needs of the stack grows with the depth of groups and with the text. */
    private static final int MAX_NESTED_GROUPS = 8;

    private static final int MAX_STEPS_PER_BYTE = 500;

    /** Deep recursion makes steps slow: what their number does not end in time is ended by this. */
    private static final Duration MAX_TIME = Duration.ofSeconds(10);

    private final Pattern pattern;

    RegexPattern(String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a regular expression has at most %d characters, not %d"
                    .formatted(MAX_LENGTH, expression.length()));
        }
        if (groupDepth(expression) > MAX_NESTED_GROUPS) {
            throw new IllegalArgumentException(
                    "the groups of a regular expression are nested at most %d deep".formatted(MAX_NESTED_GROUPS));
        }
        this.pattern = Pattern.compile(expression, Pattern.DOTALL);
    }

    /** An upper bound: what is in character classes counts as well. */
    private static int groupDepth(String expression) {
        var depth = 0;
        var deepest = 0;
        for (var i = 0; i < expression.length(); i++) {
            switch (expression.charAt(i)) {
                case '\\' -> i++;
                case '(' -> deepest = Math.max(deepest, ++depth);
                case ')' -> depth = Math.max(0, depth - 1);
                default -> {}
            }
        }
        return deepest;
    }

    @Override
    int maxByteSize() {
        return MAX_MATCH_BYTES;
    }

    @Override
    int contextByteSize() {
        return CONTEXT_BYTES;
    }

    @Override
    int usualAlignment() {
        return 1;
    }

    /**
     * Tries parts of twice the longest match, and takes from each the matches that begin in its first half: so the depth of
     * recursion in java.util.regex has a bound, and where matches are found does not depend on how memory is cut.
     */
    @Override
    Scanner scanner() {
        return (window, first, end, matches) -> {
            var text = new ByteText(window);
            var matcher = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
            var byteSize = window.bytes().byteSize();
            var next = first;
            while (next < end) {
                var partEnd = Math.min(end, next + MAX_MATCH_BYTES);
                matcher.region((int) next, (int) Math.min(byteSize, partEnd + MAX_MATCH_BYTES));
                if (!matcher.find() || matcher.start() >= partEnd) {
                    next = partEnd;
                    continue;
                }
                var start = matcher.start();
                matcher.region(start, (int) Math.min(byteSize, start + (long) MAX_MATCH_BYTES));
                if (window.align(start) == start && matcher.lookingAt() && matcher.end() > start) {
                    matches.add(window.firstAddress() + start, matcher.end() - start);
                    next = matcher.end();
                } else {
                    next = start + 1L;
                }
            }
        };
    }

    /** Bytes as the characters of their numbers. It sees to it that nobody waits for an expression without end. */
    private static final class ByteText implements CharSequence {
        private static final int STEPS_PER_CHECK = 1 << 16;

        private final Window window;
        private final MemorySegment bytes;
        private final long maxSteps;
        private final long begin = System.nanoTime();
        private long steps;

        ByteText(Window window) {
            this.window = window;
            this.bytes = window.bytes();
            this.maxSteps = bytes.byteSize() * MAX_STEPS_PER_BYTE + STEPS_PER_CHECK;
        }

        @Override
        public char charAt(int index) {
            if ((++steps & STEPS_PER_CHECK - 1) == 0) {
                check(window.cancellation());
            }
            return (char) (bytes.get(ValueLayout.JAVA_BYTE, index) & 0xff);
        }

        private void check(Cancellation cancellation) {
            cancellation.check();
            if (steps > maxSteps || System.nanoTime() - begin > MAX_TIME.toNanos()) {
                throw new OperationFailedException(
                        "the regular expression takes too long, %d steps in %d bytes at 0x%x: make it simpler"
                                .formatted(steps, bytes.byteSize(), window.firstAddress()));
            }
        }

        @Override
        public int length() {
            return (int) bytes.byteSize();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException("nobody asks for groups");
        }

        @Override
        public String toString() {
            return bytes.byteSize() + " bytes at 0x" + Long.toHexString(window.firstAddress());
        }
    }
}
