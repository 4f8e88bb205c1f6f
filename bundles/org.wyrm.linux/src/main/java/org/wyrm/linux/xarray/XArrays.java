package org.wyrm.linux.xarray;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * XArrays, {@code struct xarray}; and the radix trees that were in their place before v4.20, {@code struct
 * radix_tree_root}.
 *
 * <p>An entry's low two bits tell what it is. In an XArray: 0 a pointer, 1 and 3 a value, 2 internal: a node where it is
 * above 4096, else a sibling of another slot, a retry or a zero entry. A node must name its parent and its slot in it, and
 * be smaller than it, so that a damaged tree ends a walk with an error that names the node.
 *
 * @kernel include/linux/xarray.h
 */
@ProvidesHelpers(names = {"xa_for_each", "xa_is_value", "xa_is_zero", "xa_load", "xa_to_value"})
public final class XArrays {
    /** {@code XA_ZERO_ENTRY}: the internal entry 257. */
    private static final long XA_ZERO_ENTRY = 257 << 2 | 2;

    /** What becomes of zero entries: places that are reserved, which the normal API of the kernel shows as empty. */
    public enum ZeroEntries {
        /** They are as if they were not there. */
        HIDDEN,
        /** They are given like others, as the kernel's advanced API does. */
        SHOWN
    }

    private XArrays() {}

    /**
     * An entry of an XArray.
     *
     * @param index where it is; of one that takes several indexes, the first of them
     * @param value the entry's 64 bits: a pointer, or a value with its low bit set
     */
    public record Entry(long index, long value) {}

    /**
     * {@return whether an entry is a value and no pointer}
     *
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_is_value")
    public static boolean xaIsValue(long entry) {
        return (entry & 1) != 0;
    }

    /**
     * {@return the number that a value entry stands for, of 63 bits}
     *
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_to_value")
    public static long xaToValue(long entry) {
        return entry >>> 1;
    }

    /**
     * {@return whether an entry is a zero entry: a place that is reserved}
     *
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_is_zero")
    public static boolean xaIsZero(long entry) {
        return entry == XA_ZERO_ENTRY;
    }

    /**
     * {@return the entries of an XArray that are not null, in the order of their indexes}
     *
     * @param xarray {@code struct xarray *}
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_for_each")
    public static Stream<Entry> xaForEach(Value xarray) {
        return xaForEach(xarray, ZeroEntries.HIDDEN);
    }

    /**
     * {@return the entries of an XArray that are not null, in the order of their indexes}
     *
     * @param xarray {@code struct xarray *}
     * @param zeroEntries whether they are given
     * @kernel include/linux/xarray.h
     */
    public static Stream<Entry> xaForEach(Value xarray, ZeroEntries zeroEntries) {
        return Walk.whileFound(new Entries(xarray.program(), () -> head(xarray), zeroEntries));
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param xarray {@code struct xarray *}
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_load")
    public static long xaLoad(Value xarray, long index) {
        return xaLoad(xarray, index, ZeroEntries.HIDDEN);
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param xarray {@code struct xarray *}
     * @param zeroEntries whether they are given
     * @kernel include/linux/xarray.h
     */
    public static long xaLoad(Value xarray, long index, ZeroEntries zeroEntries) {
        return load(xarray, index, zeroEntries, new ArrayList<>());
    }

    /**
     * {@return the way down to an index: the slot in each node, that of the top one first; as long as there are nodes}
     *
     * @param xarray {@code struct xarray *}
     */
    public static List<Integer> slots(Value xarray, long index) {
        var slots = new ArrayList<Integer>();
        load(xarray, index, ZeroEntries.SHOWN, slots);
        return slots;
    }

    private static long load(Value xarray, long index, ZeroEntries zeroEntries, List<Integer> way) {
        return Entries.whileItChanges(xarray.program(), () -> loadOnce(xarray, index, zeroEntries, way), way::clear);
    }

    private static long loadOnce(Value xarray, long index, ZeroEntries zeroEntries, List<Integer> way) {
        var program = xarray.program();
        var layout = NodeLayout.of(program);
        var entry = head(xarray);
        if (!layout.isNode(entry)) {
            return index == 0 ? layout.given(entry, zeroEntries) : 0;
        }
        var node = layout.top(program, entry);
        if (!layout.covers(node, index)) {
            return 0;
        }
        while (true) {
            var slot = layout.canonical(program, node, layout.slotOf(node, index));
            way.add(slot);
            entry = layout.entry(program, node, slot);
            if (!layout.isNode(entry)) {
                return layout.given(entry, zeroEntries);
            }
            node = layout.child(program, entry, node, slot);
        }
    }

    private static long head(Value xarray) {
        // Since Linux kernel commit f8d5d0cc145c ("xarray: Add definition of struct xarray") (in v4.20), radix trees
        // are
        // XArrays. Before that, they are structures of their own.
        return xarray.findMember("xa_head")
                .orElseGet(() -> xarray.member("rnode"))
                .longValue();
    }
}
