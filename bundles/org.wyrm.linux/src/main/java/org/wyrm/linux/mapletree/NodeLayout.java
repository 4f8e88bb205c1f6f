package org.wyrm.linux.mapletree;

import java.util.List;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Where things are in the kinds of {@code struct maple_node}.
 *
 * @param byteSize of a node; it is aligned to it
 * @param parent offset of the parent, its slot and the parent's size of slots
 * @param shapes by the number of {@code enum maple_type}
 */
record NodeLayout(int byteSize, int parent, List<Shape> shapes) {
    /** {@code MAPLE_NODE_MASK}: a node is aligned to 256 bytes, and pointers have more in their low bits. */
    static final long NODE_MASK = 255;

    private static final String NODE = "struct maple_node";

    /**
     * One kind of node. All offsets are in bytes.
     *
     * @param pivots offset of the last indexes of all slots but the last
     * @param pivotCount 0 of a dense node, which has a slot for each index
     * @param metaEnd offset of the number of the last slot in use
     * @param isAllocation whether it has the gaps of its subtrees, and the metadata always
     */
    record Shape(
            int pivots, int pivotCount, int slots, int slotCount, int metaEnd, boolean isLeaf, boolean isAllocation) {
        boolean isDense() {
            return pivotCount == 0;
        }
    }

    static NodeLayout of(Program program) {
        return program.cached(NodeLayout.class, NodeLayout::new);
    }

    private NodeLayout(Program program) {
        this(
                size(program),
                offset(program, NODE, "parent"),
                // maple_dense, maple_leaf_64, maple_range_64, maple_arange_64
                List.of(
                        new Shape(0, 0, offset(program, NODE, "slot"), count(program, NODE, "slot"), 0, true, false),
                        ranges(program, "struct maple_range_64", true, false),
                        ranges(program, "struct maple_range_64", false, false),
                        ranges(program, "struct maple_arange_64", false, true)));
    }

    private static Shape ranges(Program program, String type, boolean isLeaf, boolean isAllocation) {
        return new Shape(
                offset(program, type, "pivot"),
                count(program, type, "pivot"),
                offset(program, type, "slot"),
                count(program, type, "slot"),
                offset(program, type, "meta.end"),
                isLeaf,
                isAllocation);
    }

    private static int size(Program program) {
        var byteSize = Value.sizeOf(program.type(NODE));
        if (byteSize > NODE_MASK + 1) {
            throw new CorruptStructureException("maple_node", 0, "its type has " + byteSize + " bytes");
        }
        return (int) byteSize;
    }

    private static int offset(Program program, String type, String member) {
        return (int) program.field(type, member).byteOffset();
    }

    private static int count(Program program, String type, String member) {
        return (int) program.object(program.field(type, member).type(), 0).elementCount();
    }
}
