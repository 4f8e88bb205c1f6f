package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * A value of the target, with its C type: a reference to an object in memory, read when it is used; a computed number,
 * pointer or object; a snapshot of an object's bytes; or absent, with the reason.
 *
 * <p>Immutable and thread-safe. Every read polls the program's token.
 */
public final class Value {
    /** The most bytes that {@link #string()} reads through a pointer. */
    public static final int MAX_STRING_BYTES = 1 << 20;

    enum Kind {
        REFERENCE,
        COMPUTED,
        SNAPSHOT,
        ABSENT
    }

    // What ValueReader and ComputedValues read too is not private.
    final Program program;
    final TargetType type;
    final Kind kind;
    /** The address of the object, also of a snapshot; or the bits of a number, extended to 64 by its sign. */
    final long word;

    /** Where in the byte at {@link #word} the object starts; of a bit field only. */
    final int bitOffset;

    /** The width of a bit field in bits, or 0. */
    final int bitFieldBits;

    /**
     * The bytes of a snapshot or computed object, a {@link MemorySegment}, or {@link PartialBytes} of a computed structure or
     * array of which parts are not known; a computed number that is no {@link #word}, a
     * {@link BigInteger} or a {@link BinaryFloat}; an {@link AbsenceReason}; else null.
     */
    final @Nullable Object payload;

    private Value(
            Program program,
            TargetType type,
            Kind kind,
            long word,
            int bitOffset,
            int bitFieldBits,
            @Nullable Object payload) {
        this.program = program;
        this.type = type;
        this.kind = kind;
        this.word = word;
        this.bitOffset = bitOffset;
        this.bitFieldBits = bitFieldBits;
        this.payload = payload;
    }

    static Value reference(Program program, TargetType type, long address) {
        return new Value(program, type, Kind.REFERENCE, address, 0, 0, null);
    }

    /** {@return a computed value: a word, or a payload as {@link #payload} has it} */
    static Value computed(Program program, TargetType type, long word, int bitFieldBits, @Nullable Object payload) {
        return new Value(program, type, Kind.COMPUTED, word, 0, bitFieldBits, payload);
    }

    /** {@return an object of memory with a copy of its bytes} */
    static Value snapshot(Program program, TargetType type, long address, byte[] bytes) {
        return new Value(program, type, Kind.SNAPSHOT, address, 0, 0, MemorySegment.ofArray(bytes));
    }

    static Value absent(Program program, TargetType type, AbsenceReason reason) {
        return new Value(program, type, Kind.ABSENT, 0, 0, 0, reason);
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
        checkPresent();
        if (kind == Kind.COMPUTED) {
            throw new LookupFailedException("address", String.valueOf(type), "a computed value has none");
        }
        if (bitOffset != 0) {
            throw new LookupFailedException("address", String.valueOf(type), "a bit field has none");
        }
        return word;
    }

    /** {@return whether it is an object in memory, or a snapshot of one} */
    public boolean hasAddress() {
        return kind == Kind.REFERENCE || kind == Kind.SNAPSHOT;
    }

    /** {@return the width of a bit field, in bits; empty of any other object} */
    public OptionalInt bitFieldBits() {
        return bitFieldBits == 0 ? OptionalInt.empty() : OptionalInt.of(bitFieldBits);
    }

    /** {@return the first bit of a bit field, counted from its first byte in memory; 0 of any other object} */
    public int bitOffset() {
        return bitOffset;
    }

    /** {@return the address of the byte in which a bit field starts; that of any other object} */
    public long byteAddress() {
        return bitOffset == 0 ? address() : word;
    }

    /** {@return why it has no value; empty if it has one} */
    public Optional<AbsenceReason> absence() {
        return payload instanceof AbsenceReason reason ? Optional.of(reason) : Optional.empty();
    }

    void checkPresent() {
        if (payload instanceof AbsenceReason reason) {
            throw new LookupFailedException("value", TypeLayout.describe(type), reason.label());
        }
    }

    /** {@return whether it is an object of which some parts have no value} */
    boolean isPartial() {
        return payload instanceof PartialBytes;
    }

    /** {@return a pointer to the object} */
    public Value addressOf() {
        if (kind == Kind.ABSENT) {
            return absent(program, program.pointerTo(type), absence().orElseThrow());
        }
        return ComputedValues.scalar(program, program.pointerTo(type), address());
    }

    // ---- members and elements ----------------------------------------------------------------------------------

    /**
     * {@return a member, of the object or of the object that this points to}
     *
     * @throws LookupFailedException if the type has no such member
     */
    public Value member(String name) {
        var object = object();
        var member = Field.compound(object.type, name).findMember(name);
        if (member.isEmpty()) {
            throw new LookupFailedException(
                    "member",
                    name,
                    "in " + object.type.unaliased()
                            + (object.type.isDeclarationOnly() ? ", which is only declared here" : ""));
        }
        return object.at(member.get());
    }

    /** {@return a member, of the object or of the object that this points to, or empty if the type has none} */
    public Optional<Value> findMember(String name) {
        var object = object();
        return Field.compound(object.type, name).findMember(name).map(object::at);
    }

    /** {@return whether the type, or the type that this points to, has a member} */
    public boolean hasMember(String name) {
        return findMember(name).isPresent();
    }

    /** {@return a member whose place was worked out before, of the object or of the object that this points to} */
    public Value member(Field field) {
        return object().at(field.type(), field.bitOffset(), field.bitFieldBits().orElse(0));
    }

    /** The structure itself, for a structure or a pointer to one. */
    private Value object() {
        var object = type.unaliased() instanceof PointerType ? dereference() : this;
        var complete = program.complete(object.type);
        return complete == object.type ? object : object.reinterpret(complete);
    }

    private Value at(Member member) {
        return at(
                member.type().resolve(),
                member.bitOffset(),
                member.bitFieldBits().orElse(0));
    }

    private Value at(TargetType memberType, long memberBitOffset, int memberBits) {
        var bits = bitOffset + memberBitOffset;
        var bytes = Math.floorDiv(bits, (long) Byte.SIZE);
        var rest = (int) (bits - bytes * Byte.SIZE);
        var width = memberBits == 0 && rest != 0 ? widthOf(memberType) : memberBits;
        return part(memberType, bytes, width == 0 ? 0 : rest, width);
    }

    private Value part(TargetType partType, long byteOffset, int partBitOffset, int partBits) {
        if (payload instanceof PartialBytes partial) {
            var part = partial.part(program, partType, byteOffset, partBitOffset, partBits);
            return part instanceof AbsenceReason reason
                    ? absent(program, partType, reason)
                    : new Value(program, partType, kind, 0, partBitOffset, partBits, part);
        }
        return new Value(program, partType, kind, word + byteOffset, partBitOffset, partBits, rest(byteOffset));
    }

    /** {@return the width of what does not start at a byte and is no bit field: a number of a packed structure} */
    private static int widthOf(TargetType type) {
        return TypeLayout.scalarType(type).byteSize() * Byte.SIZE;
    }

    private @Nullable Object rest(long byteOffset) {
        if (!(payload instanceof MemorySegment bytes)) {
            return payload;
        }
        if (byteOffset < 0 || byteOffset > bytes.byteSize()) {
            throw new LookupFailedException("byte", "+" + byteOffset, "it is outside the object that was read");
        }
        return bytes.asSlice(byteOffset);
    }

    /**
     * {@return the object that a pointer points to; nothing is read of it}
     *
     * @throws LookupFailedException if this is no pointer
     */
    public Value dereference() {
        if (type.unaliased() instanceof PointerType pointer) {
            return kind == Kind.ABSENT
                    ? absent(program, pointer.target().resolve(), absence().orElseThrow())
                    : reference(program, pointer.target().resolve(), longValue());
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
        var byteOffset = index * TypeLayout.sizeOf(base.program.complete(elementType));
        return base.part(elementType, byteOffset, 0, 0);
    }

    /**
     * {@return some elements, as an array}
     *
     * @param first the index of the first, which may be negative
     * @param end the index after the last
     * @throws LookupFailedException if this is neither an array nor a pointer
     */
    public Value slice(long first, long end) {
        var start = subscript(first);
        return start.reinterpret(
                program.arrayOf(start.type, OptionalLong.of(Math.max(0, Math.subtractExact(end, first)))));
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
        if (kind == Kind.ABSENT) {
            return absent(program, container, absence().orElseThrow());
        }
        var address = type.unaliased() instanceof PointerType ? longValue() : address();
        return reference(program, container, address - field.byteOffset());
    }

    // ---- operators ---------------------------------------------------------------------------------------------

    /**
     * {@return the result of an operator on this and another value, as C defines it: promoted, converted, wrapped}
     *
     * @throws org.wyrm.base.error.UsageException if C has no such operator for these types
     */
    public Value apply(BinaryOperator operator, Value right) {
        return program.operators().apply(operator, this, right);
    }

    /**
     * {@return the result of an operator on this value, as C defines it}
     *
     * @throws org.wyrm.base.error.UsageException if C has no such operator for this type
     */
    public Value apply(UnaryOperator operator) {
        return program.operators().apply(operator, this);
    }

    // ---- conversions -------------------------------------------------------------------------------------------

    /**
     * {@return the same number as another scalar type, as C converts it; of an array or a function, its address}
     *
     * @throws LookupFailedException if the type is not scalar, or this is no scalar
     * @throws OperationFailedException if a floating-point number does not fit, which C leaves open
     */
    public Value cast(TargetType to) {
        return ComputedValues.cast(this, to);
    }

    /**
     * {@return the value as an assignment to an object of a type would convert it}
     *
     * @throws org.wyrm.base.error.UsageException if the types are incompatible
     */
    public Value convert(TargetType to) {
        return program.operators().convert(this, to);
    }

    /** {@return the same bytes of memory as an object of another type} */
    public Value reinterpret(TargetType to) {
        return payload instanceof PartialBytes
                ? part(to, 0, 0, 0)
                : new Value(program, to, kind, word, bitOffset, 0, payload);
    }

    /** {@return a snapshot of the object: its bytes are read now, and its members come from them} */
    public Value read() {
        return ValueReader.read(this);
    }

    /**
     * {@return the bytes of the object, in the target's order; of a bit field, those of a number of its type}
     *
     * @throws CorruptStructureException if it has more than 256 MiB
     */
    public byte[] bytes() {
        return ValueReader.bytes(this);
    }

    /** {@return some bytes from the start of the object} */
    public byte[] bytes(int byteSize) {
        return ValueReader.bytes(this, byteSize);
    }

    /**
     * {@return the number: of an integer, an enumeration, a {@code _Bool}, a character or a pointer, extended by its
     * sign}
     *
     * @throws LookupFailedException if it is none of these, or has more than 64 bits
     */
    public long longValue() {
        return kind == Kind.COMPUTED && payload == null ? word : ValueReader.number(this);
    }

    /**
     * {@return the number, of any width: of an integer, an enumeration, a {@code _Bool}, a character or a pointer}
     *
     * @throws LookupFailedException if it is none of these
     */
    public BigInteger integerValue() {
        return ValueReader.integer(this);
    }

    /**
     * {@return the number, of a floating-point type}
     *
     * @throws LookupFailedException if it is of another type
     * @throws UnsupportedTargetException if its format is not known: a complex or decimal number
     */
    public BinaryFloat floatValue() {
        return ValueReader.floating(this);
    }

    /** {@return the number, as an {@code int}: its low 32 bits} */
    public int intValue() {
        return (int) longValue();
    }

    /** {@return whether the number is not zero} */
    public boolean booleanValue() {
        var unaliased = type.unaliased();
        if (unaliased instanceof FloatType) {
            return !floatValue().isZero();
        }
        return payload instanceof BigInteger || unaliased instanceof Scalar scalar && TypeLayout.isWide(scalar)
                ? integerValue().signum() != 0
                : longValue() != 0;
    }

    /** {@return whether a pointer is null} */
    public boolean isNull() {
        return longValue() == 0;
    }

    /**
     * {@return the text of an array of characters, up to its NUL or its end, or of the string that a pointer points to;
     * what is not UTF-8 becomes U+FFFD}
     *
     * @throws CorruptStructureException if a string behind a pointer has no end in {@link #MAX_STRING_BYTES}
     */
    public String string() {
        return ValueReader.string(this);
    }

    /** {@return the text at the start of an array or behind a pointer, up to its NUL or a number of bytes} */
    public String string(int maxByteSize) {
        return ValueReader.string(this, maxByteSize);
    }

    /**
     * {@return the size of a type in bytes}
     *
     * @throws LookupFailedException if it has none: {@code void}, functions, incomplete types, flexible arrays
     */
    public static long sizeOf(TargetType type) {
        return TypeLayout.sizeOf(type);
    }

    /**
     * {@return the alignment of a type in bytes, the natural one: its own size of a number, the largest one inside of
     * anything else}
     *
     * @throws LookupFailedException if it has none: {@code void}, functions, incomplete types
     */
    public static long alignOf(TargetType type) {
        return TypeLayout.alignOf(type);
    }

    /** {@return where it is or what it is; nothing is read} */
    @Override
    public String toString() {
        return switch (kind) {
            case ABSENT -> "absent value of type " + TypeLayout.describe(type);
            case COMPUTED ->
                payload == null
                        ? "value 0x" + Long.toHexString(word)
                        : "computed value of type " + TypeLayout.describe(type);
            default -> "object at 0x" + Long.toHexString(word) + " of type " + TypeLayout.describe(type);
        };
    }
}
