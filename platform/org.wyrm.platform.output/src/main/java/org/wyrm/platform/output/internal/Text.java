package org.wyrm.platform.output.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

    /** {@return a value as text, not yet escaped} */
    static String of(@Nullable Object value, Reader reader) {
        var person = reader == Reader.PERSON;
        return switch (value) {
            case null -> person ? "-" : "";
            case String text -> text;
            case Optional<?> optional -> of(optional.orElse(null), reader);
            case OptionalInt number -> of(number.isPresent() ? number.getAsInt() : null, reader);
            case OptionalLong number -> of(number.isPresent() ? number.getAsLong() : null, reader);
            case OptionalDouble number -> of(number.isPresent() ? number.getAsDouble() : null, reader);
            case Attempt.Success<?>(Object inner) -> of(inner, reader);
            case Attempt.Failure<?>(var error) -> "<" + error.getMessage() + ">";
            case ByteSize size -> person ? humanSize(size.bytes()) : size.toString();
            case Duration time -> person ? humanTime(time) : Json.seconds(time);
            case Boolean flag when person -> flag ? "yes" : "no";
            case VirtualAddress address -> address.toString();
            case PhysicalAddress address -> address.toString();
            case Collection<?> list -> list(list, reader);
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Path path -> path.toString();
            case TextRow row when person -> row.toText();
            case Record record -> record(record, reader);
            default -> value.toString();
        };
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
        var size = (bytes >>> 1) / (double) (1L << (10 * (unit + 1) - 1));
        return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
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
