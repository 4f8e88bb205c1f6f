package org.wyrm.orc;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The unwind table of a kernel or of a module: for each address of code, how to go to the caller.
 *
 * <pre>
 * .orc_unwind_ip    4 bytes an entry: the address of code, less that of these bytes
 * .orc_unwind       6 bytes an entry: sp_offset, bp_offset, and 16 bits that {@link OrcLayout} tells
 * </pre>
 *
 * <p>An entry holds from its address to the next. Of several at one address the last counts; one that says that nothing
 * is known, which ends each section of code, is before those that do. The kernel looks them up so.
 *
 * <p>Tables are sorted since f14bf6a350df ("x86/unwind/orc: Remove boot-time ORC unwind tables sorting") in 5.6; before
 * that, and in the file of a module, they are not: the kernel sorted them when it started. Such a table gets an index of 4
 * bytes an entry, in the kernel's order. The index of an entry is always its place in that order.
 *
 * <p>The order is that of the distances from the table. So a damaged table, of which some entries lie beyond the highest
 * address, has these at its end, and they are not found.
 *
 * <p>Nothing is read before it is asked for. Immutable and thread-safe.
 *
 * @kernel arch/x86/kernel/unwind_orc.c
 */
public final class OrcTable {
    private static final int ADDRESS_BYTE_SIZE = 4;
    private static final int ENTRY_BYTE_SIZE = 6;

    /** A key is 33 bits of address, one of rank, and the rest. */
    private static final int INDEX_BITS = 28;

    private static final int ADDRESSES_AT_ONCE = 1 << 10;

    private final ByteSlice addresses;
    private final long addressesAddress;
    private final ByteSlice entries;
    private final OrcLayout layout;
    private final int count;
    private volatile int @Nullable [] order;

    private OrcTable(ByteSlice addresses, long addressesAddress, ByteSlice entries, OrcLayout layout, int count) {
        this.addresses = addresses;
        this.addressesAddress = addressesAddress;
        this.entries = entries;
        this.layout = layout;
        this.count = count;
    }

    /**
     * Takes the two parts of a table.
     *
     * @param addresses {@code .orc_unwind_ip}, all of it
     * @param addressesAddress where that is while the kernel runs
     * @param entries {@code .orc_unwind}, all of it
     * @throws MalformedDataException if they are not of the same count
     */
    public static OrcTable of(ByteSlice addresses, long addressesAddress, ByteSlice entries, OrcLayout layout) {
        var count = addresses.byteSize() / ADDRESS_BYTE_SIZE;
        if (addresses.byteSize() % ADDRESS_BYTE_SIZE != 0 || count >= 1 << INDEX_BITS) {
            throw addresses.malformed(0, "a table of ORC addresses has %d bytes".formatted(addresses.byteSize()));
        }
        if (entries.byteSize() != count * ENTRY_BYTE_SIZE) {
            throw entries.malformed(
                    0,
                    "ORC entries have %d bytes, %d of %d bytes are needed"
                            .formatted(entries.byteSize(), count, ENTRY_BYTE_SIZE));
        }
        return new OrcTable(
                addresses.withOrder(ByteOrder.LITTLE_ENDIAN),
                addressesAddress,
                entries.withOrder(ByteOrder.LITTLE_ENDIAN),
                layout,
                (int) count);
    }

    /**
     * {@return this table, taken as sorted without a look: as kernels since 5.6 take their own} Of one that is not, wrong
     * entries are found, or none.
     */
    public OrcTable takenAsSorted() {
        var table = new OrcTable(addresses, addressesAddress, entries, layout, count);
        table.order = new int[0];
        return table;
    }

    /** {@return how many entries there are} */
    public int count() {
        return count;
    }

    /** {@return the first address that an entry is for} */
    public long address(int index) {
        return addressesAddress + distanceAt(place(index));
    }

    /** {@return the index of the entry for an address; empty for one before the first} */
    public OptionalInt find(long address) {
        if (count == 0 || Long.compareUnsigned(address, address(0)) < 0) {
            return OptionalInt.empty();
        }
        var sorted = order();
        var distance = address - addressesAddress;
        var low = 0;
        var high = count;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (distanceAt(sorted.length == 0 ? middle : sorted[middle]) <= distance) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? OptionalInt.empty() : OptionalInt.of(low - 1);
    }

    /**
     * {@return an entry}
     *
     * @throws MalformedDataException if a number in it has no meaning
     */
    public OrcEntry entry(int index) {
        var offset = (long) place(index) * ENTRY_BYTE_SIZE;
        var flags = entries.u16(offset + 4);
        var type = layout.type(flags)
                .orElseThrow(() ->
                        entries.malformed(offset + 4, "the type of ORC entry 0x%04x is not known".formatted(flags)));
        if (type == OrcType.UNDEFINED || type == OrcType.END_OF_STACK) {
            return new OrcEntry(
                    type,
                    OrcRegister.UNDEFINED,
                    0,
                    OrcIndirection.NONE,
                    OrcRegister.UNDEFINED,
                    0,
                    layout.isSignal(flags, type));
        }
        var sp = register(offset, flags & 0x0f);
        var bp = register(offset, flags >> 4 & 0x0f);
        if (sp == OrcRegister.UNDEFINED || sp == OrcRegister.PREV_SP) {
            throw entries.malformed(
                    offset + 4, "ORC entry 0x%04x counts the stack pointer from %s".formatted(flags, sp));
        }
        if (bp != OrcRegister.UNDEFINED && bp != OrcRegister.PREV_SP && bp != OrcRegister.BP) {
            throw entries.malformed(
                    offset + 4, "ORC entry 0x%04x counts the frame pointer from %s".formatted(flags, bp));
        }
        return new OrcEntry(
                type,
                direct(sp),
                (short) entries.u16(offset),
                indirection(sp),
                bp,
                (short) entries.u16(offset + 2),
                layout.isSignal(flags, type));
    }

    private OrcRegister register(long offset, int number) {
        return layout.register(number)
                .orElseThrow(() -> entries.malformed(offset + 4, "ORC register " + number + " is not known"));
    }

    private static OrcRegister direct(OrcRegister sp) {
        return switch (sp) {
            case SP_INDIRECT -> OrcRegister.SP;
            case BP_INDIRECT -> OrcRegister.BP;
            default -> sp;
        };
    }

    private OrcIndirection indirection(OrcRegister sp) {
        return switch (sp) {
            case SP_INDIRECT -> layout.ofStackPointer();
            case BP_INDIRECT -> OrcIndirection.OF_SUM;
            default -> OrcIndirection.NONE;
        };
    }

    /** {@return where in the bytes an entry is} */
    private int place(int index) {
        Objects.checkIndex(index, count);
        var sorted = order();
        return sorted.length == 0 ? index : sorted[index];
    }

    private long distanceAt(int place) {
        var offset = (long) ADDRESS_BYTE_SIZE * place;
        return offset + addresses.s32(offset);
    }

    /** {@return the places of the entries in their order; empty if the bytes are sorted} */
    private int[] order() {
        var known = order;
        return known != null ? known : findOrder();
    }

    private synchronized int[] findOrder() {
        var known = order;
        if (known == null) {
            known = isSorted() ? new int[0] : sort();
            order = known;
        }
        return known;
    }

    /** Reads through copies: until it is compiled at its best, a read of an array is much faster. */
    private boolean isSorted() {
        var copy = new byte[ADDRESS_BYTE_SIZE * Math.min(count, ADDRESSES_AT_ONCE)];
        for (var start = 0; start + 1 < count; start += ADDRESSES_AT_ONCE - 1) {
            var end = Math.min(count, start + ADDRESSES_AT_ONCE);
            addresses.copyTo(copy, 0, (long) ADDRESS_BYTE_SIZE * start, ADDRESS_BYTE_SIZE * (end - start));
            if (!isSorted(copy, start, end)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSorted(byte[] copy, int start, int end) {
        var last = Integer.MIN_VALUE;
        for (int place = start, at = 0; place < end; place++, at += ADDRESS_BYTE_SIZE) {
            var next = copy[at] & 0xff | (copy[at + 1] & 0xff) << 8 | (copy[at + 2] & 0xff) << 16 | copy[at + 3] << 24;
            // The number is less by 4 if the address is the same.
            if (place > start && (long) next <= (long) last - ADDRESS_BYTE_SIZE && key(place) < key(place - 1)) {
                return false;
            }
            last = next;
        }
        return true;
    }

    private int[] sort() {
        var keys = new long[count];
        Arrays.setAll(keys, this::key);
        Arrays.sort(keys);
        var places = new int[count];
        Arrays.setAll(places, index -> (int) keys[index] & (1 << INDEX_BITS) - 1);
        return places;
    }

    /** {@return a number to sort by: the address, then what is undefined first, then the place} */
    private long key(int place) {
        var rank = layout.isUndefined(entries.u16((long) place * ENTRY_BYTE_SIZE + 4)) ? 0L : 1;
        return distanceAt(place) << INDEX_BITS + 1 | rank << INDEX_BITS | place;
    }
}
