package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * A value of the target, with its C type: a reference to an object in memory, read when it is used; a computed number
 * or pointer; or a snapshot of an object's bytes.
 *
 * <p>Immutable and thread-safe. Every read polls the program's token.
 */
public final class Value {
    /** The most bytes that {@link #string()} reads through a pointer. */
    public static final int MAX_STRING_BYTES = 1 << 20;

    private static final long MAX_OBJECT_BYTES = 1 << 28;

    private enum Kind {
        REFERENCE,
        SCALAR,
        SNAPSHOT
    }

    private final Program program;
    private final TargetType type;
    private final Kind kind;
    /** The address of the object, also of a snapshot; or the bits of a number, extended to 64 by its sign. */
    private final long word;

    /** Where in the byte at {@link #word} the object starts; of a bit field only. */
    private final int bitOffset;

    /** The width of a bit field in bits, or 0. */
    private final int bitFieldBits;

    private final @Nullable MemorySegment snapshot;

    private Value(
            Program program,
            TargetType type,
            Kind kind,
            long word,
            int bitOffset,
            int bitFieldBits,
            @Nullable MemorySegment snapshot) {
        this.program = program;
        this.type = type;
        this.kind = kind;
        this.word = word;
        this.bitOffset = bitOffset;
        this.bitFieldBits = bitFieldBits;
        this.snapshot = snapshot;
    }

    static Value reference(Program program, TargetType type, long address) {
        return new Value(program, type, Kind.REFERENCE, address, 0, 0, null);
    }

    static Value scalar(Program program, TargetType type, long bits) {
        return new Value(program, type, Kind.SCALAR, truncate(type, bits), 0, 0, null);
    }

    /** {@return the program that it is of} */
    public Program program() {
        return program;
    }

    /** {@return its type, typedefs and qualifiers included} */
    public TargetType type() {
        return type;
    }

    /**
     * {@return the address of the object in memory}
     *
     * @throws LookupFailedException if it is a computed value or a bit field that starts inside a byte
     */
    public long address() {
        if (kind == Kind.SCALAR) {
            throw new LookupFailedException("address", String.valueOf(type), "a computed value has none");
        }
        if (bitOffset != 0) {
            throw new LookupFailedException("address", String.valueOf(type), "a bit field has none");
        }
        return word;
    }

    /** {@return a pointer to the object} */
    public Value addressOf() {
        return scalar(program, program.pointerTo(type), address());
    }

    // ---- members and elements ----------------------------------------------------------------------------------

    /**
     * {@return a member, of the object or of the object that this points to}
     *
     * @throws LookupFailedException if the type has no such member
     */
    public Value member(String name) {
        return findMember(name)
                .orElseThrow(() -> new LookupFailedException(
                        "member", name, "in " + object().type.unaliased()));
    }

    /** {@return a member, of the object or of the object that this points to, or empty if the type has none} */
    public Optional<Value> findMember(String name) {
        var object = object();
        return Field.compound(object.type, name)
                .findMember(name)
                .map(member -> object.at(member.type().resolve(), member.bitOffset(), member.bitFieldBits()));
    }

    /** {@return whether the type, or the type that this points to, has a member} */
    public boolean hasMember(String name) {
        return findMember(name).isPresent();
    }

    /** {@return a member whose place was worked out before, of the object or of the object that this points to} */
    public Value member(Field field) {
        return object().at(field.type(), field.bitOffset(), field.bitFieldBits());
    }

    /** The structure itself, for a structure or a pointer to one. */
    private Value object() {
        var object = type.unaliased() instanceof PointerType ? dereference() : this;
        var complete = program.complete(object.type);
        return complete == object.type ? object : object.reinterpret(complete);
    }

    private Value at(TargetType memberType, long memberBitOffset, OptionalInt memberBits) {
        var bits = bitOffset + memberBitOffset;
        var bytes = Math.floorDiv(bits, (long) Byte.SIZE);
        if (memberBits.isPresent()) {
            return new Value(
                    program,
                    memberType,
                    kind,
                    word + bytes,
                    (int) (bits - bytes * Byte.SIZE),
                    memberBits.getAsInt(),
                    rest(bytes));
        }
        return new Value(program, memberType, kind, word + bytes, 0, 0, rest(bytes));
    }

    private @Nullable MemorySegment rest(long byteOffset) {
        if (snapshot == null) {
            return null;
        }
        if (byteOffset < 0 || byteOffset > snapshot.byteSize()) {
            throw new LookupFailedException("byte", "+" + byteOffset, "it is outside the object that was read");
        }
        return snapshot.asSlice(byteOffset);
    }

    /**
     * {@return the object that a pointer points to; nothing is read of it}
     *
     * @throws LookupFailedException if this is no pointer
     */
    public Value dereference() {
        if (type.unaliased() instanceof PointerType pointer) {
            return reference(program, pointer.target().resolve(), scalarBits());
        }
        throw new LookupFailedException("object", "*", "it is not a pointer");
    }

    /** {@return an element of an array, or of the array that a pointer points into; no bound is checked, as in C} */
    public Value subscript(long index) {
        var unaliased = type.unaliased();
        if (unaliased instanceof ArrayType array) {
            return element(this, array.element().resolve(), index);
        }
        if (unaliased instanceof PointerType pointer) {
            return element(dereference(), pointer.target().resolve(), index);
        }
        throw new LookupFailedException("element", "[" + index + "]", "it is not an array");
    }

    private static Value element(Value base, TargetType elementType, long index) {
        var byteOffset = index * sizeOf(base.program.complete(elementType));
        return new Value(base.program, elementType, base.kind, base.word + byteOffset, 0, 0, base.rest(byteOffset));
    }

    /**
     * {@return the elements of an array, in order}
     *
     * @throws LookupFailedException if it is no array, or has no count
     */
    public Stream<Value> elements() {
        return LongStream.range(0, elementCount()).mapToObj(this::subscript);
    }

    /** {@return how many elements an array has} */
    public long elementCount() {
        if (type.unaliased() instanceof ArrayType array && array.elementCount().isPresent()) {
            return array.elementCount().getAsLong();
        }
        throw new LookupFailedException("length", String.valueOf(type.unaliased()), "it is not an array with a length");
    }

    /**
     * {@return the structure that an object is a member of: C's {@code container_of}}
     *
     * @param container the structure's type
     * @param path the member's name, or names with dots between
     */
    public Value containerOf(TargetType container, String path) {
        return containerOf(container, Field.of(container, path));
    }

    /** {@return the structure that a pointer's object, or this object, is the given member of} */
    public Value containerOf(TargetType container, Field field) {
        var address = type.unaliased() instanceof PointerType ? scalarBits() : address();
        return reference(program, container, address - field.byteOffset());
    }

    // ---- conversions -------------------------------------------------------------------------------------------

    /** {@return the same number as another scalar type} */
    public Value cast(TargetType to) {
        if (!(to.unaliased() instanceof Scalar)) {
            throw new LookupFailedException("cast to", String.valueOf(to), "it is not a scalar type");
        }
        return scalar(program, to, type.unaliased() instanceof ArrayType ? address() : scalarBits());
    }

    /** {@return the same bytes of memory as an object of another type} */
    public Value reinterpret(TargetType to) {
        return new Value(program, to, kind, word, bitOffset, 0, snapshot);
    }

    /** {@return a snapshot of the object: its bytes are read now, and its members come from them} */
    public Value read() {
        if (kind != Kind.REFERENCE || bitFieldBits != 0) {
            return kind == Kind.REFERENCE ? scalar(program, type, scalarBits()) : this;
        }
        var byteSize = sizeOf(program.complete(type));
        if (byteSize > MAX_OBJECT_BYTES) {
            throw new CorruptStructureException("object", word, "its type has " + byteSize + " bytes");
        }
        var bytes = bytes((int) byteSize);
        return new Value(program, type, Kind.SNAPSHOT, word, 0, 0, MemorySegment.ofArray(bytes));
    }

    /** {@return some bytes from the start of the object} */
    public byte[] bytes(int byteSize) {
        program.cancellation().check();
        if (snapshot != null) {
            return snapshot.asSlice(0, byteSize).toArray(ValueLayout.JAVA_BYTE);
        }
        return program.memory().bytes(address(), byteSize);
    }

    /**
     * {@return the number: of an integer, an enumeration, a {@code _Bool}, a character or a pointer, extended by its
     * sign}
     *
     * @throws LookupFailedException if it is none of these
     */
    public long longValue() {
        return scalarBits();
    }

    /** {@return the number, as an {@code int}: its low 32 bits} */
    public int intValue() {
        return (int) scalarBits();
    }

    /** {@return whether the number is not zero} */
    public boolean booleanValue() {
        return scalarBits() != 0;
    }

    /** {@return whether a pointer is null} */
    public boolean isNull() {
        return scalarBits() == 0;
    }

    /**
     * {@return the text of an array of characters, up to its NUL or its end, or of the string that a pointer points to;
     * what is not UTF-8 becomes U+FFFD}
     *
     * @throws CorruptStructureException if a string behind a pointer has no end in {@link #MAX_STRING_BYTES}
     */
    public String string() {
        program.cancellation().check();
        if (type.unaliased() instanceof ArrayType array && array.elementCount().isPresent()) {
            return string((int) Math.min(MAX_STRING_BYTES, array.elementCount().getAsLong()));
        }
        var address = type.unaliased() instanceof ArrayType ? address() : scalarBits();
        var text = program.memory().cString(address, MAX_STRING_BYTES);
        if (text.length() >= MAX_STRING_BYTES) {
            throw new CorruptStructureException("string", address, "it has no end in " + MAX_STRING_BYTES + " bytes");
        }
        return text;
    }

    /** {@return the text at the start of an array or behind a pointer, up to its NUL or a number of bytes} */
    public String string(int maxByteSize) {
        if (snapshot != null && type.unaliased() instanceof ArrayType) {
            var bytes = snapshot.asSlice(0, Math.min(maxByteSize, snapshot.byteSize()))
                    .toArray(ValueLayout.JAVA_BYTE);
            var length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        var address = type.unaliased() instanceof ArrayType ? address() : scalarBits();
        return program.memory().cString(address, maxByteSize);
    }

    private long scalarBits() {
        if (kind == Kind.SCALAR) {
            return word;
        }
        program.cancellation().check();
        if (!(type.unaliased() instanceof Scalar scalar) || scalar instanceof FloatType) {
            throw new LookupFailedException("number", "value", "it is " + describe(type) + ", not a number or pointer");
        }
        if (bitFieldBits != 0) {
            return bitField(scalar);
        }
        return truncate(scalar, load(0, scalar.byteSize()));
    }

    private long bitField(Scalar scalar) {
        var byteCount = (bitOffset + bitFieldBits + Byte.SIZE - 1) / Byte.SIZE;
        var low = load(0, Math.min(byteCount, Long.BYTES)) >>> bitOffset;
        if (byteCount > Long.BYTES) {
            low |= load(Long.BYTES, 1) << (Long.SIZE - bitOffset);
        }
        var unused = Long.SIZE - bitFieldBits;
        return isSigned(scalar) ? low << unused >> unused : low << unused >>> unused;
    }

    /** Reads 1 to 8 bytes, the first of them lowest: the order of the only architecture there is. */
    private long load(int byteOffset, int byteCount) {
        if (snapshot == null) {
            var memory = program.memory();
            var at = word + byteOffset;
            switch (byteCount) {
                case 1 -> {
                    return memory.u8(at);
                }
                case 2 -> {
                    return memory.u16(at);
                }
                case 4 -> {
                    return memory.u32(at);
                }
                case 8 -> {
                    return memory.u64(at);
                }
                default -> {
                    // An odd width: byte by byte.
                }
            }
        }
        if (byteCount > Long.BYTES) {
            throw new LookupFailedException("number", "value", "it has more than 64 bits");
        }
        var result = 0L;
        for (var i = 0; i < byteCount; i++) {
            var next = snapshot == null
                    ? program.memory().u8(word + byteOffset + i)
                    : snapshot.asSlice(byteOffset + i, 1).get(ValueLayout.JAVA_BYTE, 0) & 0xff;
            result |= (long) next << (i * Byte.SIZE);
        }
        return result;
    }

    private static boolean isSigned(TargetType type) {
        return type instanceof IntType integer && integer.signed()
                || type instanceof EnumType enumeration && enumeration.signed();
    }

    private static long truncate(TargetType type, long bits) {
        if (!(type.unaliased() instanceof Scalar scalar) || scalar.byteSize() >= Long.BYTES) {
            return bits;
        }
        if (scalar instanceof BoolType) {
            return bits == 0 ? 0 : 1;
        }
        var unused = Long.SIZE - scalar.byteSize() * Byte.SIZE;
        return isSigned(scalar) ? bits << unused >> unused : bits << unused >>> unused;
    }

    /**
     * {@return the size of a type in bytes}
     *
     * @throws LookupFailedException if it has none: {@code void}, functions, incomplete types, flexible arrays
     */
    public static long sizeOf(TargetType type) {
        // No switch over types: its first use costs a start 10 ms, see docs/adr/0003.
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar) {
            return scalar.byteSize();
        }
        if (unaliased instanceof CompoundType compound && compound.isComplete()) {
            return compound.byteSize();
        }
        if (unaliased instanceof ArrayType array && array.elementCount().isPresent()) {
            return sizeOfArray(
                    array.elementCount().getAsLong(), sizeOf(array.element().resolve()));
        }
        throw new LookupFailedException("size", describe(type), "a type of this kind has no size");
    }

    private static long sizeOfArray(long elementCount, long elementByteSize) {
        if (Math.unsignedMultiplyHigh(elementCount, elementByteSize) != 0) {
            throw new LookupFailedException("size", "an array", "it has more than 2^64 bytes");
        }
        return elementCount * elementByteSize;
    }

    private static String describe(TargetType type) {
        return switch (type.unaliased()) {
            case CompoundType compound -> compound.toString();
            case ArrayType array -> "an array";
            case FloatType floating -> floating.name();
            case TargetType.VoidType nothing -> "void";
            case TargetType.FunctionType function -> "a function";
            default -> "a number";
        };
    }

    /** {@return where it is or what it is; nothing is read} */
    @Override
    public String toString() {
        return kind == Kind.SCALAR
                ? "value 0x" + Long.toHexString(word)
                : "object at 0x" + Long.toHexString(word) + " of type " + describe(type);
    }
}
