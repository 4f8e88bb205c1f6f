package org.wyrm.btf;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.btf.constants.BtfKind;

/**
 * The types in BTF bytes, by number. Reads version 1, all kinds up to BTF_KIND_ENUM64, in both byte orders.
 *
 * <p>After the header (magic, version, bounds of two sections) come the types and the strings. A type is a record of
 * 4-byte words; the first has number 1, the next 2, and so on:
 *
 * <pre>
 * word 0  name       offset in the strings, 0 for none
 * word 1  info       bits 0-23 vlen (count of items), 24-30 kind, 31 kind_flag
 * word 2  size in bytes, or the number of another type
 *         INT        1 word: bits 0-7 width, 16-23 offset, 24-27 encoding
 *         ARRAY      3 words: element type, index type, count
 *         STRUCT     3 words each member: name, type, offset in bits; with kind_flag, bits 24-31 of it are the width
 *         ENUM       2 words each: name, value          ENUM64     3 words each: name, low half, high half
 *         FUNC_PROTO 2 words each parameter: name, type VAR        1 word: linkage
 *         DATASEC    3 words each variable: number, offset, size  DECL_TAG   1 word: index of the member, or -1
 * </pre>
 *
 * <p>Split BTF, that of a kernel module, goes on where its base ends: its first type has the number after the base's
 * last, its first string the offset after the base's last byte.
 *
 * <p>Made by one pass over the types that checks every record's kind, extent and name; what a record refers to is
 * checked when it is read. Where that pass meets damage, what is sure of the others is kept ({@link BtfSalvage}), and
 * {@link #damage} says what is not. Thread-safe.
 *
 * @kernel Documentation/bpf/btf.rst
 */
public final class Btf {
    private static final int HEADER_WORDS = BtfFraming.HEADER_WORDS;

    /** The longest name read, in bytes; the kernel's own limit is 512. */
    private static final int MAX_NAME_BYTE_SIZE = 1 << 16;

    private static final int RECORDS_AT_ONCE = 32;

    private static final BtfKind[] KINDS = BtfKind.values();

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

    private final @Nullable Btf base;
    private final ByteSlice typeBytes;
    final int[] words;
    final int[] recordWords;
    private final boolean[] seenKinds = new boolean[256];
    final byte[] strings;
    private final int firstId;
    private boolean isCut;
    private String damage = "";
    private final int endId;
    final int firstString;
    private final int endString;

    private Btf(BtfHeader header, @Nullable Btf base) {
        if (base != null && base.isCut) {
            throw header.types().malformed(0, "its base is damaged, and nothing tells how many types that has");
        }
        this.base = base;
        typeBytes = header.types();
        firstId = base == null ? 1 : base.endId;
        firstString = base == null ? 0 : base.endString;
        strings = header.strings().toArray(0, header.strings().byteSize());
        checkStrings(header.strings());
        endString = firstString + strings.length;
        if (typeBytes.byteSize() % Integer.BYTES != 0) {
            throw typeBytes.malformed(typeBytes.byteSize() & -Integer.BYTES, "the last type ends inside a word");
        }
        words = typeBytes.segment().toArray(WORD.withOrder(typeBytes.order()));
        recordWords = findRecords();
        endId = firstId + recordWords.length;
        if (endId < firstId) {
            throw typeBytes.malformed(0, "there are more types than numbers for them");
        }
    }

    /**
     * Decodes BTF that stands alone, a kernel's.
     *
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static Btf parse(ByteSlice bytes) {
        return new Btf(BtfHeader.parse(bytes), null);
    }

    /**
     * Decodes split BTF, a kernel module's.
     *
     * @param base what it goes on from
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static Btf parseSplit(ByteSlice bytes, Btf base) {
        return new Btf(BtfHeader.parse(bytes), base);
    }

    private void checkStrings(ByteSlice section) {
        if (strings.length == 0 ? base == null : strings[strings.length - 1] != 0) {
            throw section.malformed(Math.max(0, strings.length - 1), "the strings do not end with a NUL");
        }
        if (base == null && strings[0] != 0) {
            throw section.malformed(0, "the first string is not empty");
        }
        if (firstString + strings.length < 0) {
            throw section.malformed(0, "the strings of base and module are over 2 GiB");
        }
    }

    /** {@return the index of each record's first word}; of one that is damaged, the complement of a word nearby */
    private int[] findRecords() {
        var found = new int[words.length / HEADER_WORDS + 1];
        var count = 0;
        for (var before = -1; before != count; ) {
            before = count;
            count = findSomeRecords(found, count);
        }
        return found[count] == words.length ? Arrays.copyOf(found, count) : salvage(found[count]);
    }

    private int[] salvage(int brokenAt) {
        var salvage = new BtfSalvage(words, firstId, endString);
        var found = salvage.find();
        var lostCount = 0;
        Arrays.fill(seenKinds, false);
        for (var at : found) {
            if (at < 0) {
                lostCount++;
            } else {
                seenKinds[words[at + 1] >>> 24] = true;
            }
        }
        isCut = salvage.cutAt() >= 0;
        if (lostCount > found.length / 2 || found.length == 0) {
            throw badRecord(brokenAt);
        }
        damage = damage(found, lostCount, salvage.cutAt());
        return found;
    }

    private String damage(int[] found, int lostCount, int cutAt) {
        var texts = new ArrayList<String>();
        if (lostCount > 0) {
            var first = 0;
            while (found[first] >= 0) {
                first++;
            }
            texts.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d BTF types are damaged and left out (type %d at %s%s)",
                    lostCount,
                    found.length,
                    firstId + first,
                    place(~found[first]),
                    lostCount > 1 ? " …" : ""));
        }
        if (cutAt >= 0) {
            texts.add(
                    "the BTF types from %d on are lost to damage (%s)".formatted(firstId + found.length, place(cutAt)));
        }
        return String.join(", ", texts);
    }

    private String place(int word) {
        var there = malformedWord(word, "");
        return "%s+0x%x".formatted(there.source(), there.offsetBytes());
    }

    /**
     * Goes on for at most {@link #RECORDS_AT_ONCE} records. One loop over all of them would stay in the interpreter for
     * 60,000 rounds, which is most of a kernel; a method called often is compiled early (7 ms became 2.5).
     */
    private int findSomeRecords(int[] found, int known) {
        var end = words.length;
        var count = known;
        var at = found[count];
        while (at < end && count - known < RECORDS_AT_ONCE) {
            var info = at > end - HEADER_WORDS ? 0 : words[at + 1];
            var kind = BtfFraming.kindNumber(info);
            var next = at + BtfFraming.RECORD_WORDS[kind] + BtfFraming.itemCount(info) * BtfFraming.ITEM_WORDS[kind];
            if (next > end
                    || (info & BtfFraming.ZERO_BITS[kind]) != 0
                    || Integer.compareUnsigned(words[at], endString) >= 0) {
                return count;
            }
            seenKinds[info >>> 24] = true;
            at = next;
            found[++count] = at;
        }
        return count;
    }

    private MalformedDataException badRecord(int at) {
        if (at > words.length - HEADER_WORDS) {
            return malformedWord(at, "the last type is cut off");
        }
        var kind = BtfFraming.kindNumber(words[at + 1]);
        if (BtfFraming.RECORD_WORDS[kind] == BtfFraming.NO_RECORD) {
            return malformedWord(at + 1, "kind " + kind + " is not known");
        }
        if (Integer.compareUnsigned(words[at], endString) >= 0) {
            return badName(words[at], at);
        }
        if ((words[at + 1] & BtfFraming.ZERO_BITS[kind]) != 0) {
            return malformedWord(at + 1, "0x%x is no info of kind %d".formatted(words[at + 1], kind));
        }
        return malformedWord(
                at + 1, "the type with " + BtfFraming.itemCount(words[at + 1]) + " items goes on past the end");
    }

    /** {@return the number of the first type of these bytes: 1, or in split BTF the one after the base's last} */
    public int firstId() {
        return firstId;
    }

    /** {@return the number after that of the last type} */
    public int endId() {
        return endId;
    }

    /** {@return what this goes on from, if it is split BTF} */
    public @Nullable Btf base() {
        return base;
    }

    /** {@return what of these bytes is damaged, as a clause; empty if nothing that can be seen without reading a type} */
    public String damage() {
        return damage;
    }

    /** {@return whether the record of a type of these bytes is damaged} All that asks for such a one says so. */
    public boolean isDamaged(int id) {
        return id >= firstId && id < endId && recordWords[id - firstId] < 0;
    }

    /** {@return whether a type of these bytes is of a kind} */
    public boolean hasAny(BtfKind kind) {
        return seenKinds[kind.number()] || hasAnyFlagged(kind);
    }

    /** {@return whether a type of these bytes is of a kind and has {@link #kindFlag}} */
    public boolean hasAnyFlagged(BtfKind kind) {
        return seenKinds[kind.number() | 0x80];
    }

    /** {@return the bytes that a type is in: these or, in split BTF, those they go on from} */
    public Btf ownerOf(int id) {
        var owner = this;
        while (id < owner.firstId && owner.base != null) {
            owner = owner.base;
        }
        return owner;
    }

    /** {@return which of the kinds a type of these bytes is} */
    public BtfKind kind(int id) {
        return KINDS[BtfFraming.kindNumber(words[record(id) + 1])];
    }

    /** {@return how many items (members, enumerators, parameters) a type has; of a function, its linkage} */
    public int itemCount(int id) {
        return BtfFraming.itemCount(words[record(id) + 1]);
    }

    /**
     * {@return the bit whose meaning depends on the kind: members may be bit fields; the enum is signed; the forward
     * declaration is of a union}
     */
    public boolean kindFlag(int id) {
        return words[record(id) + 1] < 0;
    }

    /** {@return where the name of a type is among the strings of base and split BTF, in bytes; 0 for none} */
    public int nameOffset(int id) {
        return words[record(id)];
    }

    /** {@return the name of a type, empty where it has none} */
    public String name(int id) {
        var at = record(id);
        return string(words[at], at);
    }

    /** {@return whether the name of a type starts with a text, given as UTF-8} */
    public boolean nameStartsWith(int id, byte[] prefix) {
        return stringStartsWith(nameOffset(id), prefix);
    }

    /**
     * {@return whether an enumerator of a BTF_KIND_ENUM or BTF_KIND_ENUM64 has a name that starts with a text, given as
     * UTF-8} With a NUL at its end, the text is the whole name.
     */
    public boolean hasEnumerator(int id, byte[] prefix) {
        var wordsPerItem = enumeratorWords(id);
        var at = record(id) + HEADER_WORDS;
        for (var end = at + itemCount(id) * wordsPerItem; at < end; at += wordsPerItem) {
            if (Integer.compareUnsigned(words[at], endString) < 0 && stringStartsWith(words[at], prefix)) {
                return true;
            }
        }
        return false;
    }

    private boolean stringStartsWith(int offset, byte[] prefix) {
        var owner = ownerOfString(offset);
        var start = offset - owner.firstString;
        return prefix.length <= owner.strings.length - start
                && Arrays.equals(owner.strings, start, start + prefix.length, prefix, 0, prefix.length);
    }

    /** {@return the size of a type of a kind that has one, in bytes} */
    public long byteSize(int id) {
        return words[record(id) + 2] & 0xffff_ffffL;
    }

    /**
     * {@return the number of the type that a type of these bytes is made from: what it points to, qualifies, names, or
     * returns; 0 for {@code void}}
     *
     * @throws MalformedDataException if there is no such type
     */
    public int typeId(int id) {
        return reference(id, record(id) + 2);
    }

    /** {@return what a BTF_KIND_INT says} */
    public BtfInteger integer(int id) {
        var at = record(id);
        var data = words[at + HEADER_WORDS];
        var byteSize = words[at + 2];
        var bits = data & 0xff;
        var bitOffset = (data >>> 16) & 0xff;
        if (byteSize < 1 || byteSize > 16 || bits == 0 || bits + bitOffset > byteSize * Byte.SIZE) {
            throw malformedWord(
                    at + HEADER_WORDS,
                    "integer '%s' has %d bits at bit %d of %s bytes"
                            .formatted(name(id), bits, bitOffset, Integer.toUnsignedString(byteSize)));
        }
        return new BtfInteger((data >>> 24) & 0xf, byteSize, bitOffset, bits);
    }

    /** {@return what a BTF_KIND_ARRAY says} */
    public BtfArray array(int id) {
        var at = record(id) + HEADER_WORDS;
        return new BtfArray(reference(id, at), words[at + 2] & 0xffff_ffffL);
    }

    /** {@return the members of a BTF_KIND_STRUCT or BTF_KIND_UNION in their order} */
    public List<BtfMember> members(int id) {
        var hasBitFields = kindFlag(id);
        return items(id, 3, at -> {
            var offset = words[at + 2];
            var bitOffset = hasBitFields ? offset & 0xff_ffff : offset & 0xffff_ffffL;
            var bits = hasBitFields ? offset >>> 24 : 0;
            return new BtfMember(string(words[at], at), reference(id, at + 1), bitOffset, bits);
        });
    }

    /** {@return the enumerators of a BTF_KIND_ENUM or BTF_KIND_ENUM64 in their order} */
    public List<BtfEnumerator> enumerators(int id) {
        var wordsPerItem = enumeratorWords(id);
        return items(id, wordsPerItem, at -> {
            var value = wordsPerItem == 2 ? words[at + 1] : (words[at + 1] & 0xffff_ffffL) | (long) words[at + 2] << 32;
            return new BtfEnumerator(string(words[at], at), value);
        });
    }

    private int enumeratorWords(int id) {
        return BtfFraming.ITEM_WORDS[kind(id).number()];
    }

    /** {@return the parameters of a BTF_KIND_FUNC_PROTO in their order} */
    public List<BtfParameter> parameters(int id) {
        return items(id, 2, at -> new BtfParameter(string(words[at], at), reference(id, at + 1)));
    }

    /** {@return the variables of a BTF_KIND_DATASEC in their order} */
    public List<BtfSectionEntry> sectionEntries(int id) {
        return items(id, 3, at -> sectionEntry(reference(id, at), at));
    }

    /** {@return the variables of a BTF_KIND_DATASEC in their order, but those that cannot be there} */
    public List<BtfSectionEntry> soundSectionEntries(int id) {
        return items(id, 3, at -> sectionEntry(words[at], at)).stream()
                .filter(entry -> entry.byteOffset() + entry.byteSize() <= byteSize(id))
                .filter(entry -> entry.variableId() >= firstId && entry.variableId() < endId)
                .filter(entry -> !isDamaged(entry.variableId()) && kind(entry.variableId()) == BtfKind.BTF_KIND_VAR)
                .toList();
    }

    private BtfSectionEntry sectionEntry(int variableId, int at) {
        return new BtfSectionEntry(variableId, words[at + 1] & 0xffff_ffffL, words[at + 2] & 0xffff_ffffL);
    }

    private <T> List<T> items(int id, int wordsPerItem, IntFunction<T> decode) {
        var count = itemCount(id);
        var items = new ArrayList<T>(count);
        var at = record(id) + HEADER_WORDS;
        for (var item = 0; item < count; item++, at += wordsPerItem) {
            items.add(decode.apply(at));
        }
        return items;
    }

    Btf ownerOfString(int offset) {
        var owner = this;
        while (offset < owner.firstString && owner.base != null) {
            owner = owner.base;
        }
        return owner;
    }

    private String string(int offset, int referringWord) {
        if (Integer.compareUnsigned(offset, endString) >= 0) {
            throw badName(offset, referringWord);
        }
        var owner = ownerOfString(offset);
        var start = offset - owner.firstString;
        var end = start;
        while (owner.strings[end] != 0) {
            if (end - start == MAX_NAME_BYTE_SIZE) {
                throw malformedWord(referringWord, "the name has more than " + MAX_NAME_BYTE_SIZE + " bytes");
            }
            end++;
        }
        return new String(owner.strings, start, end - start, StandardCharsets.UTF_8);
    }

    private int reference(int id, int at) {
        var target = words[at];
        if (target < 0 || target >= endId) {
            throw malformedWord(
                    at,
                    "%s refers to type %s, the last%s is %d"
                            .formatted(
                                    describe(id),
                                    Integer.toUnsignedString(target),
                                    isCut ? " before the damage" : "",
                                    endId - 1));
        }
        return target;
    }

    /** {@return what a type is, for messages: {@code struct 'list_head' (type 12)}} */
    public String describe(int id) {
        var name = name(id);
        return kind(id).label() + (name.isEmpty() ? "" : " '" + name + "'") + " (type " + id + ")";
    }

    /**
     * Makes the error for a broken rule of a type.
     *
     * @param rule the rule broken, as a clause that goes on from what {@link #describe} says
     */
    public MalformedDataException malformed(int id, String rule) {
        return malformedWord(record(id), describe(id) + " " + rule);
    }

    private MalformedDataException badName(int offset, int referringWord) {
        return malformedWord(
                referringWord, "the name is at 0x%x, the strings end at 0x%x".formatted(offset, endString));
    }

    private MalformedDataException malformedWord(int word, String rule) {
        return typeBytes.malformed((long) word * Integer.BYTES, rule);
    }

    private int record(int id) {
        if (id < firstId || id >= endId) {
            throw new IllegalArgumentException("type " + id + " is not among " + firstId + " to " + (endId - 1));
        }
        var at = recordWords[id - firstId];
        if (at < 0) {
            throw malformedWord(~at, "type " + id + " is damaged");
        }
        return at;
    }
}
