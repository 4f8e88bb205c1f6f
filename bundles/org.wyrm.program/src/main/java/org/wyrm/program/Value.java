package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.FloatFormat;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
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

    private static final long MAX_OBJECT_BYTES = 1 << 28;

    private enum Kind {
        REFERENCE,
        COMPUTED,
        SNAPSHOT,
        ABSENT
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

    /**
     * The bytes of a snapshot or computed object, a {@link MemorySegment}; a computed number that is no {@link #word}, a
     * {@link BigInteger} or a {@link BinaryFloat}; an {@link AbsenceReason}; else null.
     */
    private final @Nullable Object payload;

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

    static Value scalar(Program program, TargetType type, long bits) {
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar && (scalar instanceof FloatType || isWide(scalar))) {
            return number(program, type, BigInteger.valueOf(bits));
        }
        return new Value(program, type, Kind.COMPUTED, Numbers.truncate(unaliased, bits), 0, 0, null);
    }

    /** {@return a number of a type, cut to its width} */
    static Value number(Program program, TargetType type, BigInteger number) {
        var scalar = scalarType(type);
        if (scalar instanceof FloatType floating) {
            return number(program, type, BinaryFloat.of(formatOf(program, floating), number));
        }
        if (!isWide(scalar)) {
            var bits = scalar instanceof BoolType ? number.signum() : number.longValue();
            return new Value(program, type, Kind.COMPUTED, Numbers.truncate(scalar, bits), 0, 0, null);
        }
        var cut = Numbers.extend(number, scalar.byteSize() * Byte.SIZE, Numbers.isSigned(scalar));
        return new Value(program, type, Kind.COMPUTED, 0, 0, 0, cut);
    }

    static Value number(Program program, TargetType type, BinaryFloat number) {
        return floating(program, type, number.to(formatOf(program, floatType(type))));
    }

    static Value number(Program program, TargetType type, BigDecimal number) {
        return floating(program, type, BinaryFloat.of(formatOf(program, floatType(type)), number));
    }

    private static Value floating(Program program, TargetType type, BinaryFloat number) {
        return new Value(program, type, Kind.COMPUTED, 0, 0, 0, number);
    }

    private static FloatType floatType(TargetType type) {
        if (type.unaliased() instanceof FloatType floating) {
            return floating;
        }
        throw new LookupFailedException("floating-point number", describe(type), "its type is another");
    }

    static Value ofBytes(Program program, TargetType type, byte[] bytes) {
        var byteSize = sizeOf(program.complete(type));
        if (bytes.length < byteSize) {
            throw new OperationFailedException(
                    "%s has %d bytes, and only %d are given".formatted(describe(type), byteSize, bytes.length));
        }
        var value = new Value(program, type, Kind.COMPUTED, 0, 0, 0, MemorySegment.ofArray(bytes.clone()));
        return type.unaliased() instanceof Scalar ? value.read() : value;
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

    private void checkPresent() {
        if (payload instanceof AbsenceReason reason) {
            throw new LookupFailedException("value", describe(type), reason.label());
        }
    }

    /** {@return a pointer to the object} */
    public Value addressOf() {
        if (kind == Kind.ABSENT) {
            return absent(program, program.pointerTo(type), absence().orElseThrow());
        }
        return scalar(program, program.pointerTo(type), address());
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
        return new Value(program, memberType, kind, word + bytes, width == 0 ? 0 : rest, width, rest(bytes));
    }

    /** {@return the width of what does not start at a byte and is no bit field: a number of a packed structure} */
    private static int widthOf(TargetType type) {
        return scalarType(type).byteSize() * Byte.SIZE;
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
        var byteOffset = index * sizeOf(base.program.complete(elementType));
        return new Value(base.program, elementType, base.kind, base.word + byteOffset, 0, 0, base.rest(byteOffset));
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
                program.arrayOf(start.type, java.util.OptionalLong.of(Math.max(0, Math.subtractExact(end, first)))));
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
        return program.language().apply(operator, this, right);
    }

    /**
     * {@return the result of an operator on this value, as C defines it}
     *
     * @throws org.wyrm.base.error.UsageException if C has no such operator for this type
     */
    public Value apply(UnaryOperator operator) {
        return program.language().apply(operator, this);
    }

    // ---- conversions -------------------------------------------------------------------------------------------

    /**
     * {@return the same number as another scalar type, as C converts it; of an array or a function, its address}
     *
     * @throws LookupFailedException if the type is not scalar, or this is no scalar
     * @throws OperationFailedException if a floating-point number does not fit, which C leaves open
     */
    public Value cast(TargetType to) {
        if (!(to.unaliased() instanceof Scalar target)) {
            throw new LookupFailedException("cast to", describe(to), "it is not a scalar type");
        }
        if (kind == Kind.ABSENT) {
            return absent(program, to, absence().orElseThrow());
        }
        var from = type.unaliased();
        if (from instanceof ArrayType || from instanceof FunctionType) {
            return scalar(program, to, address());
        }
        if (from instanceof FloatType) {
            return castFloat(to, target);
        }
        return from instanceof Scalar scalar && isWide(scalar) || target instanceof FloatType || isWide(target)
                ? number(program, to, integerValue())
                : scalar(program, to, longValue());
    }

    private Value castFloat(TargetType to, Scalar target) {
        var number = floatValue();
        if (target instanceof FloatType) {
            return number(program, to, number);
        }
        if (target instanceof BoolType) {
            return scalar(program, to, number.isZero() ? 0 : 1);
        }
        var bits = target.byteSize() * Byte.SIZE;
        if (number.isFinite()) {
            var integer = number.toBigInteger();
            if (Numbers.extend(integer, bits, Numbers.isSigned(target)).equals(integer)) {
                return number(program, to, integer);
            }
        }
        throw new OperationFailedException("the number %s does not fit in %d bits".formatted(number, bits));
    }

    /**
     * {@return the value as an assignment to an object of a type would convert it}
     *
     * @throws org.wyrm.base.error.UsageException if the types are incompatible
     */
    public Value convert(TargetType to) {
        return program.language().convert(this, to);
    }

    /** {@return the same bytes of memory as an object of another type} */
    public Value reinterpret(TargetType to) {
        return new Value(program, to, kind, word, bitOffset, 0, payload);
    }

    /** {@return a snapshot of the object: its bytes are read now, and its members come from them} */
    public Value read() {
        if (kind == Kind.ABSENT || kind == Kind.SNAPSHOT || kind == Kind.COMPUTED && isNumber()) {
            return this;
        }
        var unaliased = type.unaliased();
        if (unaliased instanceof FloatType) {
            return floating(program, type, floatValue());
        }
        if (unaliased instanceof Scalar scalar) {
            var isWide = bitFieldBits > Long.SIZE || bitFieldBits == 0 && isWide(scalar);
            return isWide
                    ? new Value(program, type, Kind.COMPUTED, 0, 0, bitFieldBits, integerValue())
                    : new Value(program, type, Kind.COMPUTED, longValue(), 0, bitFieldBits, null);
        }
        if (kind == Kind.COMPUTED) {
            return this;
        }
        var byteSize = objectByteSize();
        return new Value(program, type, Kind.SNAPSHOT, word, 0, 0, MemorySegment.ofArray(bytes(byteSize)));
    }

    private int objectByteSize() {
        var byteSize = sizeOf(program.complete(type));
        if (byteSize < 0 || byteSize > MAX_OBJECT_BYTES) {
            throw new CorruptStructureException(
                    "object", word, "its type has " + Long.toUnsignedString(byteSize) + " bytes");
        }
        return (int) byteSize;
    }

    /** Whether it is computed and not made of bytes. */
    private boolean isNumber() {
        return kind == Kind.COMPUTED && !(payload instanceof MemorySegment);
    }

    /**
     * {@return the bytes of the object, in the target's order; of a bit field, those of a number of its type}
     *
     * @throws CorruptStructureException if it has more than 256 MiB
     */
    public byte[] bytes() {
        checkPresent();
        if (isNumber() || bitFieldBits != 0) {
            var scalar = scalarType(type);
            var bits = scalar instanceof FloatType ? floatValue().bits() : integerValue();
            return Numbers.bytes(bits, program.memory().order(), scalar.byteSize());
        }
        return bytes(objectByteSize());
    }

    /** {@return some bytes from the start of the object} */
    public byte[] bytes(int byteSize) {
        program.cancellation().check();
        if (payload instanceof MemorySegment bytes) {
            return bytes.asSlice(0, byteSize).toArray(ValueLayout.JAVA_BYTE);
        }
        return program.memory().bytes(address(), byteSize);
    }

    /**
     * {@return the number: of an integer, an enumeration, a {@code _Bool}, a character or a pointer, extended by its
     * sign}
     *
     * @throws LookupFailedException if it is none of these, or has more than 64 bits
     */
    public long longValue() {
        if (kind == Kind.COMPUTED && payload == null) {
            return word;
        }
        if (payload instanceof BigInteger wide) {
            if (wide.bitLength() > Long.SIZE) {
                throw new LookupFailedException("64-bit number", wide.toString(), "it has more bits");
            }
            return wide.longValue();
        }
        var scalar = integerType();
        var width = width(scalar);
        if (width > Long.SIZE) {
            return read().longValue();
        }
        program.cancellation().check();
        var bits = bitFieldBits != 0
                ? Numbers.bits(fieldBytes(), program.memory().order(), bitOffset, width)
                : load(scalar.byteSize());
        var number = Numbers.extend(bits, width, isSigned());
        return scalar instanceof BoolType ? Numbers.truncate(scalar, number) : number;
    }

    /**
     * {@return the number, of any width: of an integer, an enumeration, a {@code _Bool}, a character or a pointer}
     *
     * @throws LookupFailedException if it is none of these
     */
    public BigInteger integerValue() {
        if (payload instanceof BigInteger wide) {
            return wide;
        }
        var scalar = integerType();
        var width = width(scalar);
        if (width > Long.SIZE) {
            program.cancellation().check();
            var bits = Numbers.wideBits(
                    bitFieldBits != 0 ? fieldBytes() : bytes(scalar.byteSize()),
                    program.memory().order(),
                    bitOffset,
                    width);
            return Numbers.extend(bits, width, isSigned());
        }
        var number = longValue();
        return isSigned() || number >= 0
                ? BigInteger.valueOf(number)
                : BigInteger.valueOf(number).add(BigInteger.ONE.shiftLeft(Long.SIZE));
    }

    /**
     * {@return the number, of a floating-point type}
     *
     * @throws LookupFailedException if it is of another type
     * @throws UnsupportedTargetException if its format is not known: a complex or decimal number
     */
    public BinaryFloat floatValue() {
        if (payload instanceof BinaryFloat known) {
            return known;
        }
        checkPresent();
        var floating = floatType(type);
        var format = formatOf(program, floating);
        var bits = Numbers.wideBits(
                bitFieldBits != 0 ? fieldBytes() : bytes(floating.byteSize()),
                program.memory().order(),
                bitOffset,
                floating.byteSize() * Byte.SIZE);
        return BinaryFloat.ofBits(format, bits);
    }

    private static FloatFormat formatOf(Program program, FloatType type) {
        return Numbers.format(type, program.architecture())
                .orElseThrow(() -> new UnsupportedTargetException("numbers of type '%s' are not supported on %s"
                        .formatted(type.name(), program.architecture().name())));
    }

    private Scalar integerType() {
        checkPresent();
        if (!(type.unaliased() instanceof Scalar scalar) || scalar instanceof FloatType) {
            throw new LookupFailedException("number", "value", "it is " + describe(type) + ", not a number or pointer");
        }
        return scalar;
    }

    private int width(Scalar scalar) {
        return bitFieldBits != 0 ? bitFieldBits : scalar.byteSize() * Byte.SIZE;
    }

    private boolean isSigned() {
        return Numbers.isSigned(type.unaliased());
    }

    private static boolean isWide(Scalar scalar) {
        return scalar.byteSize() > Long.BYTES && !(scalar instanceof FloatType);
    }

    private static Scalar scalarType(TargetType type) {
        if (type.unaliased() instanceof Scalar scalar) {
            return scalar;
        }
        throw new LookupFailedException(
                "number", "of the type", "it is " + describe(type) + ", not a number or pointer");
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
        return payload instanceof BigInteger || unaliased instanceof Scalar scalar && isWide(scalar)
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
        program.cancellation().check();
        if (type.unaliased() instanceof ArrayType array && array.elementCount().isPresent()) {
            return string((int) Math.min(MAX_STRING_BYTES, array.elementCount().getAsLong()));
        }
        var address = type.unaliased() instanceof ArrayType ? address() : longValue();
        var text = program.memory().cString(address, MAX_STRING_BYTES);
        if (text.length() >= MAX_STRING_BYTES) {
            throw new CorruptStructureException("string", address, "it has no end in " + MAX_STRING_BYTES + " bytes");
        }
        return text;
    }

    /** {@return the text at the start of an array or behind a pointer, up to its NUL or a number of bytes} */
    public String string(int maxByteSize) {
        if (payload instanceof MemorySegment inside && type.unaliased() instanceof ArrayType) {
            var bytes =
                    inside.asSlice(0, Math.min(maxByteSize, inside.byteSize())).toArray(ValueLayout.JAVA_BYTE);
            var length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        var address = type.unaliased() instanceof ArrayType ? address() : longValue();
        return program.memory().cString(address, maxByteSize);
    }

    /** The bytes that a bit field touches. */
    private byte[] fieldBytes() {
        var byteCount = (bitOffset + bitFieldBits + Byte.SIZE - 1) / Byte.SIZE;
        return payload instanceof MemorySegment bytes
                ? bytes.asSlice(0, byteCount).toArray(ValueLayout.JAVA_BYTE)
                : program.memory().bytes(word, byteCount);
    }

    /** Reads 1 to 8 bytes. */
    private long load(int byteCount) {
        var memory = program.memory();
        if (!(payload instanceof MemorySegment bytes)) {
            return switch (byteCount) {
                case 1 -> memory.u8(word);
                case 2 -> memory.u16(word);
                case 4 -> memory.u32(word);
                case 8 -> memory.u64(word);
                default -> Numbers.bits(memory.bytes(word, byteCount), memory.order(), 0, byteCount * Byte.SIZE);
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
            return sizeOfArray(array.elementCount().getAsLong(), sizeOf(element(array)));
        }
        throw new LookupFailedException("size", describe(type), "a type of this kind has no size");
    }

    /**
     * {@return what an array is of}
     *
     * @throws MalformedDataException if it is of itself
     */
    private static TargetType element(ArrayType array) {
        var inner = array.element().resolve();
        for (var count = 0; inner.unaliased() instanceof ArrayType nested; count++) {
            if (count == TargetType.MAX_ALIASES) {
                throw new MalformedDataException("type", array.ref().id(), "it is an array of itself");
            }
            inner = nested.element().resolve();
        }
        return array.element().resolve();
    }

    private static long sizeOfArray(long elementCount, long elementByteSize) {
        if (Math.unsignedMultiplyHigh(elementCount, elementByteSize) != 0) {
            throw new LookupFailedException("size", "an array", "it has more than 2^64 bytes");
        }
        return elementCount * elementByteSize;
    }

    /**
     * {@return the alignment of a type in bytes, the natural one: its own size of a number, the largest one inside of
     * anything else}
     *
     * @throws LookupFailedException if it has none: {@code void}, functions, incomplete types
     */
    public static long alignOf(TargetType type) {
        return alignOf(type, new HashMap<>());
    }

    /** @param known of structures seen so far; 1 of those that are being looked at, which damaged types may hold again */
    private static long alignOf(TargetType type, Map<CompoundType, Long> known) {
        var unaliased = type.unaliased();
        if (unaliased instanceof Scalar scalar) {
            return Math.max(1, Integer.lowestOneBit(scalar.byteSize()));
        }
        if (unaliased instanceof ArrayType array) {
            return alignOf(element(array), known);
        }
        if (!(unaliased instanceof CompoundType compound) || !compound.isComplete()) {
            throw new LookupFailedException("alignment", describe(type), "a type of this kind has no alignment");
        }
        if (known.putIfAbsent(compound, 1L) == null) {
            var largest = 1L;
            for (var member : compound.members()) {
                largest = Math.max(largest, alignOf(member.type().resolve(), known));
            }
            known.put(compound, largest);
        }
        return known.getOrDefault(compound, 1L);
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
        return switch (kind) {
            case ABSENT -> "absent value of type " + describe(type);
            case COMPUTED ->
                payload == null ? "value 0x" + Long.toHexString(word) : "computed value of type " + describe(type);
            default -> "object at 0x" + Long.toHexString(word) + " of type " + describe(type);
        };
    }
}
