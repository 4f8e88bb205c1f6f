package org.wyrm.lang.c.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Scalar;

/** Numbers, characters and strings as C writes them. Stateless. */
final class Literals {
    private static final Pattern INTEGER = Pattern.compile(
            "(0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<binary>[01]+)|0(?<octal>[0-7]*)|(?<decimal>[1-9][0-9]*))"
                    + "(?<suffix>[uUlL]*)");
    private static final Pattern DECIMAL_FLOAT =
            Pattern.compile("((?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?)([fFlL]?)");
    private static final Pattern HEX_FLOAT =
            Pattern.compile("0[xX]([0-9a-fA-F]*)\\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]{1,5})([fFlL]?)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))", Pattern.DOTALL);
    private static final Map<String, List<String>> INTEGER_TYPES = Map.of(
            "", List.of("int", "unsigned int", "long", "unsigned long"),
            "u", List.of("unsigned int", "unsigned long"),
            "l", List.of("long", "unsigned long"),
            "ul", List.of("unsigned long"),
            "ll", List.of("long long", "unsigned long long"),
            "ull", List.of("unsigned long long"));
    private static final String ESCAPED = "abfnrtve\\'\"?";
    private static final String MEANT = "\u0007\b\f\n\r\t\u000b\u001b\\'\"?";

    private Literals() {}

    static Value number(Program program, String text) {
        var integer = INTEGER.matcher(text);
        if (!integer.matches()) {
            return floating(program, text);
        }
        var suffix = integer.group("suffix").toLowerCase(Locale.ROOT);
        var types = INTEGER_TYPES.get(
                suffix.startsWith("l") && suffix.endsWith("u")
                        ? "u" + suffix.substring(0, suffix.length() - 1)
                        : suffix);
        if (types == null) {
            throw new UsageException("invalid suffix \"" + integer.group("suffix") + "\" on integer constant");
        }
        var isDecimal = integer.group("decimal") != null;
        var value = integer(integer);
        for (var name : types) {
            // Without a suffix, a decimal number is never unsigned.
            var type = program.type(name);
            var isSigned = !name.startsWith("unsigned");
            var bits = ((Scalar) type.unaliased()).byteSize() * Byte.SIZE;
            if (value.bitLength() <= (isSigned ? bits - 1 : bits)
                    && (isSigned || !isDecimal || suffix.startsWith("u"))) {
                return program.number(type, value);
            }
        }
        throw new UsageException("integer constant is too large for its type");
    }

    private static BigInteger integer(java.util.regex.Matcher matcher) {
        if (matcher.group("hex") != null) {
            return new BigInteger(matcher.group("hex"), 16);
        }
        if (matcher.group("binary") != null) {
            return new BigInteger(matcher.group("binary"), 2);
        }
        if (matcher.group("decimal") != null) {
            return new BigInteger(matcher.group("decimal"));
        }
        return new BigInteger("0" + matcher.group("octal"), 8);
    }

    private static Value floating(Program program, String text) {
        var decimal = DECIMAL_FLOAT.matcher(text);
        if (decimal.matches()) {
            return floating(program, new BigDecimal(decimal.group(1)), decimal.group(2));
        }
        var hex = HEX_FLOAT.matcher(text);
        if (hex.matches() && !(hex.group(1) + hex.group(2)).isEmpty()) {
            var power = Integer.parseInt(hex.group(3)) - 4 * hex.group(2).length();
            var digits = new BigDecimal(new BigInteger(hex.group(1) + hex.group(2), 16));
            var scale = new BigDecimal(BigInteger.TWO.pow(Math.abs(power)));
            return floating(program, power < 0 ? digits.divide(scale) : digits.multiply(scale), hex.group(4));
        }
        throw new UsageException("'" + text + "' is not a number");
    }

    private static Value floating(Program program, BigDecimal value, String suffix) {
        var name = switch (suffix.toLowerCase(Locale.ROOT)) {
            case "f" -> "float";
            case "l" -> "long double";
            default -> "double";
        };
        return program.number(program.type(name), value);
    }

    /** {@return a character constant, an {@code int}} */
    static Value character(Program program, String quoted) {
        var bytes = bytes(quoted);
        if (bytes.length == 0) {
            throw new UsageException("empty character constant");
        }
        if (bytes.length > 1) {
            throw new UsageException("multi-character character constant");
        }
        return program.scalar(program.type("int"), bytes[0]);
    }

    /** {@return a string, an array of characters with its NUL} */
    static Value string(Program program, List<String> quoted) {
        var all = new ByteArrayOutputStream();
        quoted.forEach(each -> all.writeBytes(bytes(each)));
        all.write(0);
        var type = program.arrayOf(charType(program), OptionalLong.of(all.size()));
        return program.ofBytes(type, all.toByteArray());
    }

    private static TargetType charType(Program program) {
        return program.type("char");
    }

    /** {@return the text of a string without its quotes and escapes} */
    static String text(String quoted) {
        return new String(bytes(quoted), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String quoted) {
        var text = quoted.substring(1, quoted.length() - 1);
        var bytes = new ByteArrayOutputStream();
        var escape = ESCAPE.matcher(text);
        var done = 0;
        while (escape.find(done)) {
            bytes.writeBytes(text.substring(done, escape.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(escaped(escape));
            done = escape.end();
        }
        bytes.writeBytes(text.substring(done).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static int escaped(java.util.regex.Matcher escape) {
        if (escape.group(1) != null || escape.group(2) != null) {
            var value =
                    escape.group(1) != null ? new BigInteger(escape.group(1), 16) : new BigInteger(escape.group(2), 8);
            if (value.bitLength() > Byte.SIZE) {
                throw new UsageException("escape sequence out of range");
            }
            return value.intValue();
        }
        var known = ESCAPED.indexOf(escape.group(3));
        if (known < 0) {
            throw new UsageException("unknown escape sequence: '\\" + escape.group(3) + "'");
        }
        return MEANT.charAt(known);
    }
}
