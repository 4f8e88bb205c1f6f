package org.wyrm.lang.c;

import java.math.BigInteger;
import java.util.Optional;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.program.BinaryFloat;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/** Writes numbers, enumerators, pointers and strings. */
final class ScalarText {
    /** So many decimal digits has C's {@code %.17g}, by which a double and only it is read back. */
    private static final int DOUBLE_DIGITS = 17;

    private final ValueFormat format;

    ScalarText(ValueFormat format) {
        this.format = format;
    }

    /** {@return the text of a value of scalar type} */
    String text(Value value) {
        // No switch over types: its first use costs a start 10 ms, see docs/adr/0003.
        var type = value.type().unaliased();
        if (type instanceof PointerType pointer) {
            return pointer(value, pointer);
        }
        if (type instanceof EnumType enumeration) {
            return enumerator(value, enumeration);
        }
        if (type instanceof FloatType) {
            return floating(value.floatValue());
        }
        if (format.has(Option.CHAR) && CFormat.isCharacter(value.type())) {
            return CharacterText.character(value.intValue());
        }
        // A _Bool in memory may be damaged: neither 0 nor 1.
        return type instanceof BoolType && value.bitFieldBits().isEmpty()
                ? integer(new BigInteger(1, value.bytes()))
                : integer(value, type);
    }

    private String integer(Value value, TargetType type) {
        var bits = value.bitFieldBits().orElse(type instanceof Scalar scalar ? scalar.byteSize() * Byte.SIZE : 0);
        if (bits > Long.SIZE) {
            // C has no literals of this size; drgn writes the bits.
            var number = value.integerValue();
            return "0x" + (number.signum() < 0 ? number.add(BigInteger.ONE.shiftLeft(bits)) : number).toString(16);
        }
        var isSigned = type instanceof IntType integer && integer.signed()
                || type instanceof EnumType enumeration && enumeration.signed();
        return format.integerBase() == 10
                ? isSigned ? Long.toString(value.longValue()) : Long.toUnsignedString(value.longValue())
                : integer(value.integerValue());
    }

    private String integer(BigInteger number) {
        var prefix = switch (format.integerBase()) {
            case 16 -> "0x";
            case 8 -> number.signum() == 0 ? "" : "0";
            default -> "";
        };
        return (number.signum() < 0 ? "-" : "") + prefix + number.abs().toString(format.integerBase());
    }

    private String enumerator(Value value, EnumType type) {
        if (type.enumerators().isEmpty() && !type.complete()) {
            return "<incomplete type>";
        }
        var number = value.longValue();
        for (var enumerator : type.enumerators()) {
            if (enumerator.value() == number) {
                return enumerator.name();
            }
        }
        return integer(value, type);
    }

    /** With the digits that tell all doubles apart, or more; integers with all digits, and a point. */
    private static String floating(BinaryFloat number) {
        if (!number.isFinite() || number.isZero()) {
            return number + (number.isZero() ? ".0" : "");
        }
        return number.isInteger() ? number.toBigInteger() + ".0" : number.toString(DOUBLE_DIGITS);
    }

    private String pointer(Value value, PointerType type) {
        var address = value.longValue();
        var symbol = symbol(address, value.program());
        var text = (symbol.isPresent() ? symbol.get() + " = " : "") + hex(address);
        return isString(type.target().resolve())
                ? text
                        + StringText.pointedTo(value)
                                .map(string -> " = " + string)
                                .orElse("")
                : text;
    }

    /** {@return an address as the operand of an asterisk} */
    String addressInExpression(long address, Program program) {
        return symbol(address, program)
                .map(symbol -> "(" + symbol + " = " + hex(address) + ")")
                .orElse(hex(address));
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    private Optional<String> symbol(long address, Program program) {
        return format.has(Option.SYMBOLIZE) ? SymbolText.of(address, program) : Optional.empty();
    }

    /** {@return whether arrays of a type, and what pointers to it point to, are written as strings} */
    boolean isString(TargetType element) {
        return format.has(Option.STRING) && CFormat.isCharacter(element);
    }
}
