package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.Value.Kind;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.Scalar;

/** Reads objects of memory and of snapshots as numbers, text and bytes. Each read polls the program's token. */
final class ValueReader {
    private static final long MAX_OBJECT_BYTES = 1 << 28;

    private ValueReader() {}

    /** {@return a snapshot of an object} */
    static Value read(Value value) {
        var program = value.program;
        var type = value.type;
        var kind = value.kind;
        if (kind == Kind.ABSENT || kind == Kind.SNAPSHOT || isNumber(value)) {
            return value;
        }
        var unaliased = type.unaliased();
        if (unaliased instanceof FloatType) {
            return ComputedValues.floating(program, type, value.floatValue());
        }
        if (unaliased instanceof Scalar scalar) {
            var bits = value.bitFieldBits;
            var isWide = bits > Long.SIZE || bits == 0 && TypeLayout.isWide(scalar);
            return isWide
                    ? Value.computed(program, type, 0, bits, value.integerValue())
                    : Value.computed(program, type, value.longValue(), bits, null);
        }
        if (kind == Kind.COMPUTED) {
            return value;
        }
        return Value.snapshot(program, type, value.word, bytes(value, objectByteSize(value)));
    }

    private static int objectByteSize(Value value) {
        var byteSize = TypeLayout.sizeOf(value.program.complete(value.type));
        if (byteSize < 0 || byteSize > MAX_OBJECT_BYTES) {
            throw new CorruptStructureException(
                    "object", value.word, "its type has " + Long.toUnsignedString(byteSize) + " bytes");
        }
        return (int) byteSize;
    }

    /** Whether it is computed and not made of bytes. */
    private static boolean isNumber(Value value) {
        return value.kind == Kind.COMPUTED && !(value.payload instanceof MemorySegment) && !value.isPartial();
    }

    /** {@return the bytes of an object, in the target's order} */
    static byte[] bytes(Value value) {
        value.checkPresent();
        if (isNumber(value) || value.bitFieldBits != 0) {
            var scalar = TypeLayout.scalarType(value.type);
            var bits = scalar instanceof FloatType ? value.floatValue().bits() : value.integerValue();
            return Numbers.bytes(bits, value.program.memory().order(), scalar.byteSize());
        }
        return bytes(value, objectByteSize(value));
    }

    /** {@return some bytes from the start of an object} */
    static byte[] bytes(Value value, int byteSize) {
        checkWhole(value);
        value.program.cancellation().check();
        if (value.payload instanceof MemorySegment bytes) {
            return bytes.asSlice(0, byteSize).toArray(ValueLayout.JAVA_BYTE);
        }
        return value.program.memory().bytes(value.address(), byteSize);
    }

    private static void checkWhole(Value value) {
        if (value.isPartial()) {
            throw new LookupFailedException(
                    "all of the value", TypeLayout.describe(value.type), "parts of it are optimized out");
        }
    }

    /** {@return the number of up to 64 bits, of what is not a computed word} */
    static long number(Value value) {
        if (value.payload instanceof BigInteger wide) {
            if (wide.bitLength() > Long.SIZE) {
                throw new LookupFailedException("64-bit number", wide.toString(), "it has more bits");
            }
            return wide.longValue();
        }
        var scalar = integerType(value);
        var width = width(value, scalar);
        if (width > Long.SIZE) {
            return read(value).longValue();
        }
        value.program.cancellation().check();
        var bits = value.bitFieldBits != 0
                ? Numbers.bits(fieldBytes(value), value.program.memory().order(), value.bitOffset, width)
                : load(value, scalar.byteSize());
        var number = Numbers.extend(bits, width, isSigned(value));
        return scalar instanceof BoolType ? Numbers.truncate(scalar, number) : number;
    }

    /** {@return the number of any width} */
    static BigInteger integer(Value value) {
        if (value.payload instanceof BigInteger wide) {
            return wide;
        }
        var scalar = integerType(value);
        var width = width(value, scalar);
        if (width > Long.SIZE) {
            value.program.cancellation().check();
            var bits = Numbers.wideBits(
                    value.bitFieldBits != 0 ? fieldBytes(value) : bytes(value, scalar.byteSize()),
                    value.program.memory().order(),
                    value.bitOffset,
                    width);
            return Numbers.extend(bits, width, isSigned(value));
        }
        var number = value.longValue();
        return isSigned(value) || number >= 0
                ? BigInteger.valueOf(number)
                : BigInteger.valueOf(number).add(BigInteger.ONE.shiftLeft(Long.SIZE));
    }

    /** {@return the number of a floating-point type} */
    static BinaryFloat floating(Value value) {
        if (value.payload instanceof BinaryFloat known) {
            return known;
        }
        value.checkPresent();
        var floating = ComputedValues.floatType(value.type);
        var format = ComputedValues.formatOf(value.program, floating);
        var bits = Numbers.wideBits(
                value.bitFieldBits != 0 ? fieldBytes(value) : bytes(value, floating.byteSize()),
                value.program.memory().order(),
                value.bitOffset,
                floating.byteSize() * Byte.SIZE);
        return BinaryFloat.ofBits(format, bits);
    }

    private static Scalar integerType(Value value) {
        value.checkPresent();
        if (!(value.type.unaliased() instanceof Scalar scalar) || scalar instanceof FloatType) {
            throw new LookupFailedException(
                    "number", "value", "it is " + TypeLayout.describe(value.type) + ", not a number or pointer");
        }
        return scalar;
    }

    private static int width(Value value, Scalar scalar) {
        return value.bitFieldBits != 0 ? value.bitFieldBits : scalar.byteSize() * Byte.SIZE;
    }

    private static boolean isSigned(Value value) {
        return Numbers.isSigned(value.type.unaliased());
    }

    /** {@return the text of an array of characters or behind a pointer} */
    static String string(Value value) {
        var type = value.type;
        checkWhole(value);
        value.program.cancellation().check();
        if (type.unaliased() instanceof ArrayType array && array.elementCount().isPresent()) {
            return string(value, (int)
                    Math.min(Value.MAX_STRING_BYTES, array.elementCount().getAsLong()));
        }
        var address = type.unaliased() instanceof ArrayType ? value.address() : value.longValue();
        var text = value.program.memory().cString(address, Value.MAX_STRING_BYTES);
        if (text.length() >= Value.MAX_STRING_BYTES) {
            throw new CorruptStructureException(
                    "string", address, "it has no end in " + Value.MAX_STRING_BYTES + " bytes");
        }
        return text;
    }

    /** {@return the text at the start of an array or behind a pointer, up to a number of bytes} */
    static String string(Value value, int maxByteSize) {
        checkWhole(value);
        var type = value.type;
        if (value.payload instanceof MemorySegment inside && type.unaliased() instanceof ArrayType) {
            var bytes =
                    inside.asSlice(0, Math.min(maxByteSize, inside.byteSize())).toArray(ValueLayout.JAVA_BYTE);
            var length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        var address = type.unaliased() instanceof ArrayType ? value.address() : value.longValue();
        return value.program.memory().cString(address, maxByteSize);
    }

    /** The bytes that a bit field touches. */
    private static byte[] fieldBytes(Value value) {
        var byteCount = (value.bitOffset + value.bitFieldBits + Byte.SIZE - 1) / Byte.SIZE;
        return value.payload instanceof MemorySegment bytes
                ? bytes.asSlice(0, byteCount).toArray(ValueLayout.JAVA_BYTE)
                : value.program.memory().bytes(value.word, byteCount);
    }

    /** Reads 1 to 8 bytes. */
    private static long load(Value value, int byteCount) {
        var memory = value.program.memory();
        if (!(value.payload instanceof MemorySegment bytes)) {
            return switch (byteCount) {
                case 1 -> memory.u8(value.word);
                case 2 -> memory.u16(value.word);
                case 4 -> memory.u32(value.word);
                case 8 -> memory.u64(value.word);
                default -> Numbers.bits(memory.bytes(value.word, byteCount), memory.order(), 0, byteCount * Byte.SIZE);
            };
        }
        var isBig = memory.order() == ByteOrder.BIG_ENDIAN;
        var result = 0L;
        for (var i = 0; i < byteCount; i++) {
            var next = bytes.get(ValueLayout.JAVA_BYTE, isBig ? i : byteCount - 1 - i) & 0xff;
            result = result << Byte.SIZE | next;
        }
        return result;
    }
}
