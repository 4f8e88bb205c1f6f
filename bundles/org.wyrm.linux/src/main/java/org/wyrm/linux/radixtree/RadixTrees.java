package org.wyrm.linux.radixtree;

import java.util.stream.Stream;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.linux.xarray.XArrays.Entry;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Radix trees, {@code struct radix_tree_root}: since v4.20 another name of {@code struct xarray}. */
@ProvidesHelpers(names = {"radix_tree_for_each", "radix_tree_lookup"})
public final class RadixTrees {
    private RadixTrees() {}

    /**
     * {@return the entries of a radix tree, in the order of their indexes}
     *
     * @param root {@code struct radix_tree_root *}
     * @kernel include/linux/radix-tree.h
     */
    @KernelName("radix_tree_for_each")
    public static Stream<Entry> radixTreeForEach(Value root) {
        return XArrays.xaForEach(root);
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param root {@code struct radix_tree_root *}
     * @kernel include/linux/radix-tree.h
     */
    @KernelName("radix_tree_lookup")
    public static long radixTreeLookup(Value root, long index) {
        return XArrays.xaLoad(root, index);
    }
}
