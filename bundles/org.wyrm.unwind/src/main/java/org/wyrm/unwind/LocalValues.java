package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.Scope.ArrayLength;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.unwind.FrameLocation.Piece;

/** Makes values of the parameters and variables of a frame. */
final class LocalValues {
    /** Of the array whose length a variable tells, which may have any value before it is set. */
    private static final long MOST_ARRAY_BYTES = 1 << 24;

    private final Program program;
    private final PhysicalFrame frame;

    LocalValues(Program program, PhysicalFrame frame) {
        this.program = program;
        this.frame = frame;
    }

    Value value(Local local) {
        var type = local.type().resolve();
        try {
            return present(local.location(), sized(type, local.lengths()));
        } catch (AbsentException absent) {
            return program.absent(type, absent.reason());
        }
    }

    Optional<String> absence(Local local) {
        try {
            present(local.location(), sized(local.type().resolve(), local.lengths()));
            return Optional.empty();
        } catch (AbsentException absent) {
            return Optional.ofNullable(absent.getMessage());
        }
    }

    /** {@return an array's type with the lengths that it has in this frame; those that are lost stay open} */
    private TargetType sized(TargetType type, List<Optional<ArrayLength>> lengths) {
        if (lengths.isEmpty() || !(type.unaliased() instanceof ArrayType array)) {
            return type;
        }
        var element = sized(array.element().resolve(), lengths.subList(1, lengths.size()));
        var length = lengths.getFirst();
        return program.arrayOf(element, length.isPresent() ? count(length.get(), element) : array.elementCount());
    }

    private OptionalLong count(ArrayLength length, TargetType element) {
        long number;
        try {
            number = number(length);
        } catch (AbsentException lost) {
            return OptionalLong.empty();
        }
        var count = length.isUpperBound() ? number + 1 : number;
        if (element.unaliased() instanceof ArrayType inner
                && inner.elementCount().isEmpty()) {
            return OptionalLong.empty();
        }
        var byteSize = Math.max(1, Value.sizeOf(element));
        if (count > MOST_ARRAY_BYTES / byteSize) {
            throw new OperationFailedException(
                    "its length is %s elements, which it may not be yet".formatted(Long.toUnsignedString(count)));
        }
        return OptionalLong.of(Math.max(0, count));
    }

    private long number(ArrayLength length) throws AbsentException {
        if (length.type().isPresent()) {
            return present(length.location(), length.type().get().resolve()).longValue();
        }
        if (length.location() instanceof LocalLocation.Computed(var expression)) {
            return evaluator(expression).address(ExpressionEvaluator.parse(expression), OptionalLong.empty());
        }
        throw AbsentException.optimizedOut("nothing tells the length");
    }

    private Value present(LocalLocation location, TargetType type) throws AbsentException {
        return switch (location) {
            case LocalLocation.Constant constant -> ofNumber(type, constant.value());
            case LocalLocation.Bytes bytes ->
                ofBytes(type, bytes.content().toArray(0, bytes.content().byteSize()));
            case LocalLocation.Absent absent -> throw AbsentException.optimizedOut(absent.reason());
            case LocalLocation.Computed computed -> located(computed.expression(), type);
        };
    }

    private Value located(LocationExpression expression, TargetType type) throws AbsentException {
        return at(evaluator(expression).location(ExpressionEvaluator.parse(expression)), type);
    }

    private ExpressionEvaluator evaluator(LocationExpression expression) {
        return new ExpressionEvaluator(
                program,
                program.memory(),
                frame,
                new UnitContext(expression, EntryValues.of(program, frame)),
                expression.addressByteSize());
    }

    /** What operations refer to in the unit of an expression. */
    record UnitContext(LocationExpression expression, EntryValues entryValues) implements ExpressionEvaluator.Context {
        @Override
        public OptionalLong toTarget(long fileAddress) {
            return expression.toTarget(fileAddress);
        }

        @Override
        public Optional<LocationExpression> unit() {
            return Optional.of(expression);
        }

        @Override
        public FrameLocation.Computed entryValue(int register) throws AbsentException {
            return entryValues.find(register);
        }
    }

    private Value at(FrameLocation location, TargetType type) throws AbsentException {
        return switch (location) {
            case FrameLocation.InMemory memory -> program.object(type, memory.address());
            case FrameLocation.Nowhere nowhere -> throw AbsentException.optimizedOut(nowhere.reason());
            case FrameLocation.Pieces pieces -> joined(pieces, type, byteSize(type));
            default -> ofBytes(type, content(location, byteSize(type)));
        };
    }

    private static int byteSize(TargetType type) {
        var byteSize = Value.sizeOf(type);
        if (byteSize > Integer.MAX_VALUE / Byte.SIZE) {
            throw new OperationFailedException("an object of " + byteSize + " bytes that is not in memory");
        }
        return (int) byteSize;
    }

    /** {@return the bytes of an object} */
    private byte[] content(FrameLocation location, int byteSize) throws AbsentException {
        return switch (location) {
            case FrameLocation.InMemory memory -> program.bytes(memory.address(), byteSize);
            case FrameLocation.OfRegister register -> ofRegister(register.number(), byteSize);
            case FrameLocation.Computed computed ->
                computed.typed().isPresent()
                        ? resized(computed.typed().get().bytes(), byteSize)
                        : FrameLocation.bytes(computed.bits(), byteSize, order());
            case FrameLocation.Constant constant -> resized(constant.content(), byteSize);
            case FrameLocation.Nowhere nowhere -> throw AbsentException.optimizedOut(nowhere.reason());
            case FrameLocation.Pieces _ -> throw AbsentException.notImplemented("pieces of a piece");
        };
    }

    private byte[] ofRegister(int number, int byteSize) throws AbsentException {
        var wide = frame.registers().bytes(number);
        if (wide.isPresent()) {
            // A number of 10 bytes takes 16 in memory.
            return Arrays.copyOf(wide.get(), byteSize);
        }
        var value = frame.registers().get(number);
        if (value.isEmpty()) {
            throw AbsentException.optimizedOut("register " + number + " of the frame is not known");
        }
        if (byteSize > Long.BYTES) {
            throw AbsentException.notImplemented("an object of " + byteSize + " bytes in register " + number);
        }
        return FrameLocation.bytes(value.getAsLong(), byteSize, order());
    }

    private static byte[] resized(byte[] content, int byteSize) {
        return content.length == byteSize ? content : Arrays.copyOf(content, byteSize);
    }

    /** {@return an object of pieces; those that are nowhere are missing} */
    private Value joined(FrameLocation.Pieces pieces, TargetType type, int byteSize) throws AbsentException {
        var joined = new byte[byteSize];
        var missing = new byte[byteSize];
        var reason = (AbsentException) null;
        var bitSize = (long) byteSize * Byte.SIZE;
        var at = 0L;
        for (var piece : pieces.pieces()) {
            var bits = Math.min(piece.bitSize(), bitSize - at);
            if (bits > 0) {
                try {
                    copy(piece, joined, at, bits);
                } catch (AbsentException lost) {
                    set(missing, at, bits);
                    // That none is told says less.
                    reason = piece.location() instanceof FrameLocation.Nowhere ? reason : lost;
                }
                at += bits;
            }
        }
        if (at < bitSize) {
            set(missing, at, bitSize - at);
        }
        var value = program.ofBytes(type, joined, missing);
        if (value.absence().isPresent()) {
            throw reason != null
                    ? reason
                    : AbsentException.optimizedOut(
                            "only %d of its %d bits are somewhere".formatted(bitSize - count(missing), bitSize));
        }
        return value;
    }

    private static long count(byte[] bits) {
        return BitSet.valueOf(bits).cardinality();
    }

    private static void set(byte[] bits, long first, long count) {
        for (var bit = first; bit < first + count; bit++) {
            bits[(int) (bit / Byte.SIZE)] |= (byte) (1 << bit % Byte.SIZE);
        }
    }

    private void copy(Piece piece, byte[] to, long firstBit, long bitSize) throws AbsentException {
        if (order() == ByteOrder.BIG_ENDIAN && (firstBit | bitSize | piece.bitOffset()) % Byte.SIZE != 0) {
            throw AbsentException.notImplemented("pieces of bits in big-endian order");
        }
        var from = content(piece.location(), (int) ((piece.bitOffset() + bitSize + Byte.SIZE - 1) / Byte.SIZE));
        for (var bit = 0L; bit < bitSize; bit++) {
            var source = piece.bitOffset() + bit;
            if ((from[(int) (source / Byte.SIZE)] >> source % Byte.SIZE & 1) != 0) {
                var target = firstBit + bit;
                to[(int) (target / Byte.SIZE)] |= (byte) (1 << target % Byte.SIZE);
            }
        }
    }

    private Value ofNumber(TargetType type, long number) {
        return ofBytes(type, extended(number, (int) Value.sizeOf(type)));
    }

    private byte[] extended(long number, int byteSize) {
        var bytes = FrameLocation.bytes(number, byteSize, order());
        if (number < 0 && byteSize > Long.BYTES) {
            var first = order() == ByteOrder.BIG_ENDIAN ? 0 : Long.BYTES;
            Arrays.fill(bytes, first, first + byteSize - Long.BYTES, (byte) -1);
        }
        return bytes;
    }

    private Value ofBytes(TargetType type, byte[] content) {
        return program.ofBytes(type, resized(content, (int) Math.max(content.length, Value.sizeOf(type))));
    }

    private ByteOrder order() {
        return program.memory().order();
    }
}
