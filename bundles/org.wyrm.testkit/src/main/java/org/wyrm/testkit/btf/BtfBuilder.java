package org.wyrm.testkit.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntSupplier;

/**
 * Builds BTF: any kind of type, in both byte orders, alone or split, sound or, by {@link #raw}, broken.
 *
 * <p>Each method that adds a type returns its {@link Label}. For a type that refers to a later one, make a label first
 * and put it where the type is added:
 *
 * <pre>{@code
 * var listHead = btf.label();
 * var pointer = btf.pointer(listHead);
 * btf.at(listHead).struct("list_head", 16, btf.member("next", pointer, 0), btf.member("prev", pointer, 64));
 * }</pre>
 *
 * <p>Confined to one thread.
 */
public final class BtfBuilder {
    private static final int HEADER_BYTE_SIZE = 24;

    /** A type by its number, which it has once the type was added. */
    public static final class Label {
        private OptionalInt id = OptionalInt.empty();

        private Label() {}

        /** {@return the type's number} */
        public int id() {
            return id.orElseThrow(() -> new IllegalStateException("the type of this label was never added"));
        }
    }

    /** The words of a member, enumerator, parameter or variable. */
    public record Item(List<IntSupplier> words) {
        public Item {
            words = List.copyOf(words);
        }
    }

    private final ByteOrder order;
    private final int firstId;
    private final int firstString;
    private final List<IntSupplier> words = new ArrayList<>();
    private final List<Integer> recordWords = new ArrayList<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> stringOffsets;
    private Label next = new Label();

    private BtfBuilder(ByteOrder order, int firstId, int firstString, Map<String, Integer> stringOffsets) {
        this.order = order;
        this.firstId = firstId;
        this.firstString = firstString;
        this.stringOffsets = stringOffsets;
    }

    /** Starts BTF that stands alone. */
    public BtfBuilder(ByteOrder order) {
        this(order, 1, 0, new HashMap<>());
        string("");
    }

    /** {@return a builder of split BTF that goes on from what was added here so far; nothing may be added here after} */
    public BtfBuilder split() {
        return new BtfBuilder(order, nextId(), firstString + strings.size(), new HashMap<>(stringOffsets));
    }

    /** {@return {@code void}} */
    public Label voidType() {
        return number(0);
    }

    /** {@return the type with a number, whether it exists or not} */
    public Label number(int id) {
        var label = new Label();
        label.id = OptionalInt.of(id);
        return label;
    }

    /** {@return a label for a type that is added later} */
    public Label label() {
        return new Label();
    }

    /** {@return this builder, which puts {@code label} at the type added next} */
    public BtfBuilder at(Label label) {
        next = label;
        return this;
    }

    /** {@return the number of the type added next} */
    public int nextId() {
        return firstId + recordWords.size();
    }

    /** {@return where the record of a type of this builder is in the built bytes} */
    public int recordOffset(Label label) {
        return HEADER_BYTE_SIZE + recordWords.get(label.id() - firstId) * Integer.BYTES;
    }

    /** {@return where a string is among the strings, which it is added to} */
    public int string(String text) {
        var known = stringOffsets.get(text);
        if (known != null) {
            return known;
        }
        var offset = firstString + strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        stringOffsets.put(text, offset);
        return offset;
    }

    /**
     * Adds a type of any kind with any words.
     *
     * @param info vlen in bits 0-15, kind in 24-28, kind_flag in 31
     */
    public Label raw(int nameOffset, int info, IntSupplier sizeOrType, List<IntSupplier> payload) {
        next.id = OptionalInt.of(nextId());
        recordWords.add(words.size());
        words.add(() -> nameOffset);
        words.add(() -> info);
        words.add(sizeOrType);
        words.addAll(payload);
        var label = next;
        next = new Label();
        return label;
    }

    private Label add(int kind, String name, IntSupplier sizeOrType, IntSupplier... payload) {
        return raw(string(name), kind << 24, sizeOrType, List.of(payload));
    }

    private Label addItems(int kind, int flag, String name, IntSupplier sizeOrType, Item... items) {
        var payload = new ArrayList<IntSupplier>();
        for (var item : items) {
            payload.addAll(item.words);
        }
        return raw(string(name), flag << 31 | kind << 24 | items.length, sizeOrType, payload);
    }

    private static Item item(IntSupplier... words) {
        return new Item(List.of(words));
    }

    /**
     * Adds a BTF_KIND_INT that fills its bytes.
     *
     * @param encoding 1 signed, 2 character, 4 boolean
     */
    public Label integer(String name, int byteSize, int encoding) {
        return integer(name, byteSize, encoding, 0, byteSize * Byte.SIZE);
    }

    /** Adds a BTF_KIND_INT that fills some bits of its bytes, as the type of an old bit field does. */
    public Label integer(String name, int byteSize, int encoding, int bitOffset, int bits) {
        return add(1, name, () -> byteSize, () -> encoding << 24 | bitOffset << 16 | bits);
    }

    /** Adds a BTF_KIND_PTR. */
    public Label pointer(Label target) {
        return add(2, "", target::id);
    }

    /** Adds a BTF_KIND_ARRAY. */
    public Label array(Label element, Label index, int elementCount) {
        return add(3, "", () -> 0, element::id, index::id, () -> elementCount);
    }

    /** {@return a member of a structure without kind_flag} */
    public Item member(String name, Label type, int bitOffset) {
        var nameOffset = string(name);
        return item(() -> nameOffset, type::id, () -> bitOffset);
    }

    /**
     * {@return a member of a structure with kind_flag}
     *
     * @param bits its width, or 0 if it is not a bit field
     */
    public Item bitField(String name, Label type, int bitOffset, int bits) {
        return member(name, type, bits << 24 | bitOffset);
    }

    /** Adds a BTF_KIND_STRUCT without kind_flag. */
    public Label struct(String name, int byteSize, Item... members) {
        return addItems(4, 0, name, () -> byteSize, members);
    }

    /** Adds a BTF_KIND_STRUCT with kind_flag, made of {@link #bitField}s. */
    public Label structWithBitFields(String name, int byteSize, Item... members) {
        return addItems(4, 1, name, () -> byteSize, members);
    }

    /** Adds a BTF_KIND_UNION without kind_flag. */
    public Label union(String name, int byteSize, Item... members) {
        return addItems(5, 0, name, () -> byteSize, members);
    }

    /** {@return an enumerator of a BTF_KIND_ENUM} */
    public Item enumerator(String name, int value) {
        var nameOffset = string(name);
        return item(() -> nameOffset, () -> value);
    }

    /** Adds a BTF_KIND_ENUM without kind_flag; without enumerators it is a forward declaration. */
    public Label enumeration(String name, int byteSize, Item... enumerators) {
        return addItems(6, 0, name, () -> byteSize, enumerators);
    }

    /** Adds a BTF_KIND_ENUM with kind_flag. */
    public Label signedEnumeration(String name, int byteSize, Item... enumerators) {
        return addItems(6, 1, name, () -> byteSize, enumerators);
    }

    /** {@return an enumerator of a BTF_KIND_ENUM64} */
    public Item enumerator64(String name, long value) {
        var nameOffset = string(name);
        return item(() -> nameOffset, () -> (int) value, () -> (int) (value >>> 32));
    }

    /** Adds a BTF_KIND_ENUM64 without kind_flag. */
    public Label enumeration64(String name, int byteSize, Item... enumerators) {
        return addItems(19, 0, name, () -> byteSize, enumerators);
    }

    /** Adds a BTF_KIND_ENUM64 with kind_flag. */
    public Label signedEnumeration64(String name, int byteSize, Item... enumerators) {
        return addItems(19, 1, name, () -> byteSize, enumerators);
    }

    /** Adds a BTF_KIND_FWD of a structure. */
    public Label forwardStruct(String name) {
        return addItems(7, 0, name, () -> 0);
    }

    /** Adds a BTF_KIND_FWD of a union. */
    public Label forwardUnion(String name) {
        return addItems(7, 1, name, () -> 0);
    }

    /** Adds a BTF_KIND_TYPEDEF. */
    public Label typedef(String name, Label type) {
        return add(8, name, type::id);
    }

    /** Adds a BTF_KIND_VOLATILE. */
    public Label volatileOf(Label type) {
        return add(9, "", type::id);
    }

    /** Adds a BTF_KIND_CONST. */
    public Label constOf(Label type) {
        return add(10, "", type::id);
    }

    /** Adds a BTF_KIND_RESTRICT. */
    public Label restrictOf(Label type) {
        return add(11, "", type::id);
    }

    /** Adds a BTF_KIND_FUNC of external linkage. */
    public Label function(String name, Label prototype) {
        return addItems(12, 0, name, prototype::id);
    }

    /** {@return a parameter of a prototype} */
    public Item parameter(String name, Label type) {
        var nameOffset = string(name);
        return item(() -> nameOffset, type::id);
    }

    /** {@return the last parameter of a prototype that ends with {@code ...}} */
    public Item ellipsis() {
        return parameter("", voidType());
    }

    /** Adds a BTF_KIND_FUNC_PROTO. */
    public Label prototype(Label result, Item... parameters) {
        return addItems(13, 0, "", result::id, parameters);
    }

    /** Adds a BTF_KIND_VAR of external linkage. */
    public Label variable(String name, Label type) {
        return add(14, name, type::id, () -> 1);
    }

    /** {@return a variable in a section} */
    public Item entry(Label variable, int byteOffset, int byteSize) {
        return item(variable::id, () -> byteOffset, () -> byteSize);
    }

    /** Adds a BTF_KIND_DATASEC. */
    public Label section(String name, int byteSize, Item... entries) {
        return addItems(15, 0, name, () -> byteSize, entries);
    }

    /** Adds a BTF_KIND_FLOAT. */
    public Label floatingPoint(String name, int byteSize) {
        return add(16, name, () -> byteSize);
    }

    /**
     * Adds a BTF_KIND_DECL_TAG.
     *
     * @param memberIndex which member or parameter bears the tag, or -1 for the type itself
     */
    public Label declarationTag(String tag, Label type, int memberIndex) {
        return add(17, tag, type::id, () -> memberIndex);
    }

    /** Adds a BTF_KIND_TYPE_TAG. */
    public Label typeTag(String tag, Label type) {
        return add(18, tag, type::id);
    }

    /** {@return the bytes: header, types, strings} */
    public byte[] build() {
        var typesByteSize = words.size() * Integer.BYTES;
        var bytes = ByteBuffer.allocate(HEADER_BYTE_SIZE + typesByteSize + strings.size())
                .order(order)
                .putShort((short) 0xeb9f)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(HEADER_BYTE_SIZE)
                .putInt(0)
                .putInt(typesByteSize)
                .putInt(typesByteSize)
                .putInt(strings.size());
        words.forEach(word -> bytes.putInt(word.getAsInt()));
        return bytes.put(strings.toByteArray()).array();
    }
}
