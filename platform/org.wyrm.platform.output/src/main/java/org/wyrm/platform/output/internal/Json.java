package org.wyrm.platform.output.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;

/** Values as JSON, by RFC 8259. */
final class Json {
    private final StringBuilder json;
    private final Function<Record, RowShape> shapes;

    Json(StringBuilder json, Function<Record, RowShape> shapes) {
        this.json = json;
        this.shapes = shapes;
    }

    /** Appends an object of the components of a record. */
    void object(RowShape shape, Object[] values) {
        json.append('{');
        for (var i = 0; i < values.length; i++) {
            json.append(i == 0 ? "\"" : ",\"").append(shape.keys().get(i)).append("\":");
            value(values[i]);
        }
        json.append('}');
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> json.append("null");
            case String text -> string(text);
            case Double number -> json.append(Double.isFinite(number) ? number.toString() : "null");
            case Float number -> json.append(Float.isFinite(number) ? number.toString() : "null");
            case Number number -> json.append(number);
            case Boolean flag -> json.append(flag);
            case Optional<?> optional -> value(optional.orElse(null));
            case OptionalInt number -> value(number.isPresent() ? number.getAsInt() : null);
            case OptionalLong number -> value(number.isPresent() ? number.getAsLong() : null);
            case OptionalDouble number -> value(number.isPresent() ? number.getAsDouble() : null);
            case Attempt.Success<?>(Object inner) -> value(inner);
            case Attempt.Failure<?>(var error) -> {
                json.append("{\"error\":");
                string(String.valueOf(error.getMessage()));
                json.append('}');
            }
            case ByteSize size -> json.append(size);
            case VirtualAddress address -> string(address.toString());
            case PhysicalAddress address -> string(address.toString());
            case Duration time -> json.append(seconds(time));
            case Collection<?> list -> list(list);
            case Record record -> {
                var shape = shapes.apply(record);
                object(shape, shape.values(record));
            }
            default -> string(Text.of(value, Text.Reader.PROGRAM));
        }
    }

    private void list(Collection<?> list) {
        json.append('[');
        var first = true;
        for (var element : list) {
            if (!first) {
                json.append(',');
            }
            first = false;
            value(element);
        }
        json.append(']');
    }

    private void string(String text) {
        json.append('"');
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (isSafe(text, i)) {
                        json.append(c);
                    } else {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    }
                }
            }
        }
        json.append('"');
    }

    /** Control characters of both sets, and halves of pairs, which UTF-8 cannot write, are escaped. */
    private static boolean isSafe(String text, int at) {
        var c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        }
        return c >= ' ' && (c < 0x7f || c > 0x9f);
    }

    /** {@return a time in seconds, as a decimal number} */
    static String seconds(Duration time) {
        var exact = BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }
}
