package org.wyrm.platform.output.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
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

    // See Text.of for why this is no switch.
    private void value(@Nullable Object boxed) {
        var value = Text.unboxed(boxed);
        if (value == null
                || (value instanceof Double number && !Double.isFinite(number))
                || (value instanceof Float real && !Float.isFinite(real))) {
            json.append("null");
        } else if (value instanceof Number || value instanceof Boolean || value instanceof ByteSize) {
            json.append(value);
        } else if (value instanceof Attempt.Failure<?> failure) {
            json.append("{\"error\":");
            string(String.valueOf(failure.error().getMessage()));
            json.append('}');
        } else if (value instanceof Duration time) {
            json.append(seconds(time));
        } else if (value instanceof Collection<?> list) {
            list(list);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Record record && !Text.isAddress(value)) {
            var shape = shapes.apply(record);
            object(shape, shape.values(record));
        } else {
            string(Text.of(value, Text.Reader.PROGRAM));
        }
    }

    private void object(Map<?, ?> map) {
        json.append('{');
        var first = true;
        for (var entry : map.entrySet()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            string(String.valueOf(entry.getKey()));
            json.append(':');
            value(entry.getValue());
        }
        json.append('}');
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
