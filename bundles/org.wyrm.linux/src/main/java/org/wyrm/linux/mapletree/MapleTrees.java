package org.wyrm.linux.mapletree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * Maple trees, {@code struct maple_tree}: from ranges of indexes to entries, as the areas of an address space. They are
 * there since v6.1.
 *
 * <p>Entries are as those of an {@linkplain XArrays XArray}. A node must name its parent and its slot in it, and its
 * ranges must be within that of the slot, so that a damaged tree ends a walk with an error that names the node.
 *
 * @kernel include/linux/maple_tree.h
 */
@ProvidesHelpers(names = {"mt_for_each", "mtree_load"})
public final class MapleTrees {
    private MapleTrees() {}

    /**
     * An entry and the indexes that it is for.
     *
     * @param first the first of them, unsigned
     * @param last the last of them, unsigned
     * @param value the entry's 64 bits: a pointer, or a value with its low bit set
     */
    public record Entry(long first, long last, long value) {}

    /**
     * {@return the entries of a maple tree that are not null, in the order of their indexes}
     *
     * @param tree {@code struct maple_tree *}
     * @kernel include/linux/maple_tree.h
     */
    @KernelName("mt_for_each")
    public static Stream<Entry> mtForEach(Value tree) {
        return mtForEach(tree, ZeroEntries.HIDDEN);
    }

    /**
     * {@return the entries of a maple tree that are not null, in the order of their indexes}
     *
     * @param tree {@code struct maple_tree *}
     * @param zeroEntries whether they are given
     * @kernel include/linux/maple_tree.h
     */
    public static Stream<Entry> mtForEach(Value tree, ZeroEntries zeroEntries) {
        return Walk.whileFound(new Entries(tree, zeroEntries));
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param tree {@code struct maple_tree *}
     * @param index unsigned
     * @kernel include/linux/maple_tree.h
     */
    @KernelName("mtree_load")
    public static long mtreeLoad(Value tree, long index) {
        return mtreeLoad(tree, index, ZeroEntries.HIDDEN);
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param tree {@code struct maple_tree *}
     * @param index unsigned
     * @param zeroEntries whether they are given
     * @kernel include/linux/maple_tree.h
     */
    public static long mtreeLoad(Value tree, long index, ZeroEntries zeroEntries) {
        return load(tree, index, zeroEntries, slot -> {});
    }

    /**
     * {@return the way down to an index: the slot in each node, that of the top one first; as long as there are nodes}
     *
     * @param tree {@code struct maple_tree *}
     */
    public static List<Integer> slots(Value tree, long index) {
        var slots = new ArrayList<Integer>();
        load(tree, index, ZeroEntries.SHOWN, slots::add);
        return slots;
    }

    private static long load(Value tree, long index, ZeroEntries zeroEntries, IntConsumer way) {
        var nodes = new Nodes(tree);
        var entry = nodes.root();
        if (!Nodes.isNode(entry)) {
            return index == 0 ? given(entry, zeroEntries) : 0;
        }
        for (var node = nodes.top(entry); ; node = nodes.child(node)) {
            while (Long.compareUnsigned(node.last(), index) < 0) {
                node.advance();
            }
            way.accept(node.slot());
            if (node.isLeaf()) {
                return given(node.entry(), zeroEntries);
            }
        }
    }

    /** {@return an entry as a user is to see it: 0 for an internal one} */
    static long given(long entry, ZeroEntries zeroEntries) {
        var isInternal = (entry & 3) == 2;
        return isInternal && !(XArrays.xaIsZero(entry) && zeroEntries == ZeroEntries.SHOWN) ? 0 : entry;
    }
}
