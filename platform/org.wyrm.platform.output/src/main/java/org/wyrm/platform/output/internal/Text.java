package org.wyrm.platform.output.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.platform.command.TextRow;

/** Values as text: for people, or exact. */
public final class Text {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Text() {}

    /** Who reads the text. */
    enum Reader {
        /** People: sizes with units, {@code -} for what is absent. */
        PERSON,
        /** Programs: sizes in bytes, nothing for what is absent. */
        PROGRAM
    }

    // A chain of instanceof where a switch over patterns would read better: the AOT cache does not hold what the first
    // use of such a switch makes, and that takes longer than all else here.
    /** {@return a value as text, not yet escaped} */
    static String of(@Nullable Object boxed, Reader reader) {
        var value = unboxed(boxed);
        var person = reader == Reader.PERSON;
        if (value == null) {
            return person ? "-" : "";
        }
        if (value instanceof Attempt.Failure<?> failure) {
            return "<" + failure.error().getMessage() + ">";
        }
        if (value instanceof Collection<?> list) {
            return list(list, reader);
        }
        if (value instanceof Map<?, ?> map) {
            var parts = new ArrayList<String>();
            map.forEach((key, each) -> parts.add(key + "=" + of(each, reader)));
            return String.join(" ", parts);
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (person && value instanceof Boolean flag) {
            return flag ? "yes" : "no";
        }
        if (person && value instanceof TextRow row) {
            return row.toText();
        }
        if (value instanceof Duration time) {
            return person ? humanTime(time) : Json.seconds(time);
        }
        if (value instanceof ByteSize size) {
            return person ? humanSize(size.bytes()) : size.toString();
        }
        if (person && (value instanceof Double || value instanceof Float)) {
            return String.format(Locale.ROOT, "%.2f", ((Number) value).doubleValue());
        }
        if (value instanceof Record record && !isAddress(value)) {
            return record(record, reader);
        }
        return value.toString();
    }

    /** {@return what is in optional values, attempts and what is worked out now, or null where there is nothing} */
    static @Nullable Object unboxed(@Nullable Object value) {
        if (value instanceof Supplier<?> later) {
            return unboxed(later.get());
        }
        if (value instanceof Optional<?> optional) {
            return unboxed(optional.orElse(null));
        }
        if (value instanceof Attempt.Success<?> success) {
            return unboxed(success.value());
        }
        if (value instanceof OptionalInt number) {
            return number.isPresent() ? number.getAsInt() : null;
        }
        if (value instanceof OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
        if (value instanceof OptionalDouble number) {
            return number.isPresent() ? number.getAsDouble() : null;
        }
        return value;
    }

    /** {@return whether a value is an address, which renders as its text} */
    static boolean isAddress(Object value) {
        return value instanceof VirtualAddress || value instanceof PhysicalAddress;
    }

    private static String list(Collection<?> list, Reader reader) {
        var parts = new ArrayList<String>();
        list.forEach(element -> parts.add(of(element, reader)));
        return parts.isEmpty() && reader == Reader.PERSON ? "-" : String.join(",", parts);
    }

    private static String record(Record record, Reader reader) {
        var shape = new RowShape(record.getClass());
        var values = shape.values(record);
        var parts = new ArrayList<String>();
        for (var i = 0; i < values.length; i++) {
            parts.add(shape.keys().get(i) + "=" + of(values[i], reader));
        }
        return String.join(" ", parts);
    }

    private static String humanSize(long bytes) {
        if (bytes >= 0 && bytes < 1024) {
            return bytes + " B";
        }
        var unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10 - 1;
        var tenths = Math.round((bytes >>> 1) / (double) (1L << (10 * (unit + 1) - 1)) * 10);
        // Not by a Formatter, which would load the data of a locale first.
        return tenths / 10 + "." + tenths % 10 + " " + UNITS[unit];
    }

    private static String humanTime(Duration time) {
        var days = time.toDays();
        var clock = String.format(
                Locale.ROOT, "%02d:%02d:%02d", time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
        return days == 0 ? clock : days + (days == 1 ? " day " : " days ") + clock;
    }

    /** {@return a text on one line, with all that is not printable escaped} */
    public static String line(String text) {
        return escaped(text, "");
    }

    /** {@return a text with all that is not printable escaped but line ends and tabs} */
    public static String lines(String text) {
        return escaped(text, "\n\t");
    }

    /** {@return a text with all that is not printable escaped but the white space of a field of CSV} */
    static String field(String text) {
        return escaped(text, "\r\n\t");
    }

    private static String escaped(String text, String kept) {
        for (var i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i), kept)) {
                return escape(text, kept);
            }
        }
        return text;
    }

    private static boolean isPlain(char c, String kept) {
        return (c >= ' ' && c < 0x7f) || kept.indexOf(c) >= 0;
    }

    private static String escape(String text, String kept) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (c < 0x80 ? isPlain((char) c, kept) : isPrintable(c)) {
                escaped.appendCodePoint(c);
            } else if (c == '\n' || c == '\t' || c == '\r') {
                escaped.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r");
            } else {
                escaped.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return escaped.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
