package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.TargetType;
import org.wyrm.unwind.FrameLocation.Piece;

/** Makes values of the parameters and variables of a frame. */
final class LocalValues {
    private final Program program;
    private final PhysicalFrame frame;

    LocalValues(Program program, PhysicalFrame frame) {
        this.program = program;
        this.frame = frame;
    }

    Value value(Local local) {
        var type = local.type().resolve();
        try {
            return present(local.location(), type);
        } catch (AbsentException absent) {
            return program.absent(type, absent.reason());
        }
    }

    Optional<String> absence(Local local) {
        try {
            present(local.location(), local.type().resolve());
            return Optional.empty();
        } catch (AbsentException absent) {
            return Optional.ofNullable(absent.getMessage());
        }
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
        var evaluator = new ExpressionEvaluator(
                program,
                program.memory(),
                frame,
                new UnitContext(expression, EntryValues.of(program, frame)),
                expression.addressByteSize());
        return at(evaluator.location(ExpressionEvaluator.parse(expression)), type);
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
            default -> {
                var bits = Value.sizeOf(type) * Byte.SIZE;
                if (bits > Integer.MAX_VALUE) {
                    throw new OperationFailedException("an object of " + bits + " bits that is not in memory");
                }
                yield ofBytes(type, content(location, (int) (bits / Byte.SIZE)));
            }
        };
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
            case FrameLocation.Pieces pieces -> joined(pieces, byteSize);
        };
    }

    private byte[] ofRegister(int number, int byteSize) throws AbsentException {
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
        return content.length == byteSize ? content : java.util.Arrays.copyOf(content, byteSize);
    }

    private byte[] joined(FrameLocation.Pieces pieces, int byteSize) throws AbsentException {
        var joined = new byte[byteSize];
        var at = 0L;
        for (var piece : pieces.pieces()) {
            var bits = Math.min(piece.bitSize(), (long) byteSize * Byte.SIZE - at);
            if (bits > 0) {
                copy(piece, joined, at, bits);
                at += bits;
            }
        }
        if (at < (long) byteSize * Byte.SIZE) {
            throw AbsentException.optimizedOut("only " + at + " of its bits are somewhere");
        }
        return joined;
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
            java.util.Arrays.fill(bytes, first, first + byteSize - Long.BYTES, (byte) -1);
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
