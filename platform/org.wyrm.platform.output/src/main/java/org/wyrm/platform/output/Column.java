package org.wyrm.platform.output;

import java.util.Locale;
import java.util.Set;

/**
 * A component of a row, by what its class file says of it.
 *
 * @param component its name in Java: {@code rssSize}
 * @param signature its generic type as a descriptor: {@code Ljava/util/Optional<Ljava/lang/String;>;}
 */
public record Column(String component, String signature) {
    private static final String BYTE_SIZE = "Lorg/wyrm/base/address/ByteSize;";
    private static final String DURATION = "Ljava/time/Duration;";
    private static final Set<String> NUMBERS = Set.of(
            "B",
            "S",
            "I",
            "J",
            "F",
            "D",
            "Byte",
            "Short",
            "Integer",
            "Long",
            "Float",
            "Double",
            "BigInteger",
            "OptionalInt",
            "OptionalLong",
            "OptionalDouble",
            "ByteSize");

    /** {@return the name in JSON and CSV: lower_snake_case, with the unit of sizes and times} */
    public String key() {
        if (signature.contains(BYTE_SIZE)) {
            return withUnit("bytes");
        }
        return signature.contains(DURATION) ? withUnit("seconds") : snakeCase();
    }

    /** {@return the name above a column of text} */
    public String header() {
        return snakeCase().toUpperCase(Locale.ROOT);
    }

    /** {@return whether it is a number, which text aligns to the right} */
    public boolean isNumber() {
        var inner = signature;
        while (inner.endsWith(">;") && inner.indexOf('<') >= 0) {
            inner = inner.substring(inner.indexOf('<') + 1, inner.length() - 2);
        }
        var end = inner.endsWith(";") ? inner.length() - 1 : inner.length();
        return NUMBERS.contains(inner.substring(inner.lastIndexOf('/') + 1, end));
    }

    private String withUnit(String unit) {
        var name = snakeCase();
        return name.equals(unit) || name.endsWith("_" + unit) ? name : name + "_" + unit;
    }

    private String snakeCase() {
        var snake = new StringBuilder(component.length() + 4);
        for (var i = 0; i < component.length(); i++) {
            var c = component.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                snake.append('_');
            }
            snake.append(Character.toLowerCase(c));
        }
        return snake.toString();
    }
}
