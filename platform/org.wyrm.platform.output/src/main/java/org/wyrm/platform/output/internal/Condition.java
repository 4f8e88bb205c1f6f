package org.wyrm.platform.output.internal;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;

/** What holds of a row, or does not. Immutable. */
sealed interface Condition {
    /** {@return whether it holds} */
    boolean holds(RowData row);

    /** {@return the keys that decide it} */
    List<RowKey> keys();

    /** Both hold, or one of them does. */
    record Two(Condition first, Condition second, boolean isBoth) implements Condition {
        @Override
        public boolean holds(RowData row) {
            return isBoth ? first.holds(row) && second.holds(row) : first.holds(row) || second.holds(row);
        }

        @Override
        public List<RowKey> keys() {
            return Stream.concat(first.keys().stream(), second.keys().stream()).toList();
        }
    }

    /** Another does not hold. */
    record Not(Condition other) implements Condition {
        @Override
        public boolean holds(RowData row) {
            return !other.holds(row);
        }

        @Override
        public List<RowKey> keys() {
            return other.keys();
        }
    }

    /** A value is there, and is neither false nor zero nor empty. */
    record Present(RowKey key) implements Condition {
        @Override
        public boolean holds(RowData row) {
            var value = Text.unboxed(key.value(row));
            var number = RowValues.number(value);
            if (number != null) {
                return number.signum() != 0;
            }
            return value instanceof Boolean flag
                    ? flag
                    : !Text.of(value, Text.Reader.PROGRAM).isEmpty();
        }

        @Override
        public List<RowKey> keys() {
            return List.of(key);
        }
    }

    /**
     * A value is to another as an operator says; of a list, one of its elements is. What is absent is not equal to
     * anything, nor less or more.
     *
     * @param operator one of {@code == != < <= > >=}
     * @param number what it is compared with, if that is a number
     * @param text what it is compared with, as it was written
     */
    record Compared(RowKey key, String operator, Optional<BigDecimal> number, String text) implements Condition {
        @Override
        public boolean holds(RowData row) {
            var value = Text.unboxed(key.value(row));
            if (operator.equals("!=")) {
                return !any(value, order -> order == 0);
            }
            return any(
                    value,
                    switch (operator) {
                        case "==" -> order -> order == 0;
                        case "<" -> order -> order < 0;
                        case "<=" -> order -> order <= 0;
                        case ">" -> order -> order > 0;
                        default -> order -> order >= 0;
                    });
        }

        private boolean any(@Nullable Object value, IntPredicate wanted) {
            if (value instanceof Collection<?> list) {
                return list.stream().anyMatch(element -> any(Text.unboxed(element), wanted));
            }
            return value != null && wanted.test(order(value));
        }

        private int order(Object value) {
            var left = RowValues.number(value);
            if (left != null) {
                return left.compareTo(number.orElseThrow(
                        () -> new UsageException("where: " + key.name() + " is a number, and '" + text + "' is none")));
            }
            if (value instanceof Boolean flag) {
                return flag.compareTo(truth());
            }
            return Text.of(value, Text.Reader.PROGRAM).compareTo(text);
        }

        private boolean truth() {
            return switch (text) {
                case "true", "yes" -> true;
                case "false", "no" -> false;
                default ->
                    throw new UsageException("where: " + key.name() + " is yes or no, and '" + text + "' is neither");
            };
        }

        @Override
        public List<RowKey> keys() {
            return List.of(key);
        }
    }

    /** A regular expression is found in a value's text. */
    record Matches(RowKey key, Pattern pattern) implements Condition {
        @Override
        public boolean holds(RowData row) {
            return pattern.matcher(Text.of(key.value(row), Text.Reader.PROGRAM)).find();
        }

        @Override
        public List<RowKey> keys() {
            return List.of(key);
        }
    }
}
