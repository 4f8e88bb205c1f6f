package org.wyrm.linux.xarray;

import java.nio.ByteBuffer;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.Program;

/** Where things are in {@code struct xa_node}, or in {@code struct radix_tree_node} before v4.20. */
final class NodeLayout {
    private static final int MAX_SLOTS = 1 << 10;
    private static final long LARGEST_INTERNAL = 4096;

    /** A node that was checked. */
    record Node(long address, int shift, long firstIndex) {}

    private final boolean isXArray;
    /** {@code xa_node}, for errors. */
    private final String kind;
    /** What is in the low two bits of an internal entry. */
    private final int tag;

    private final long shift;
    private final long offset;
    private final long parent;
    private final long slots;
    private final int slotCount;

    static NodeLayout of(Program program) {
        return program.cached(NodeLayout.class, NodeLayout::new);
    }

    private NodeLayout(Program program) {
        // Since Linux kernel commit 01959dfe771c ("xarray: Define struct xa_node") (in v4.20), nodes are struct
        // xa_node,
        // and internal entries end in 2. Before that, they are struct radix_tree_node, and end in 1.
        this.isXArray = program.findType("struct xa_node").isPresent();
        this.kind = isXArray ? "xa_node" : "radix_tree_node";
        this.tag = isXArray ? 2 : 1;
        var type = "struct " + kind;
        this.shift = program.field(type, "shift").byteOffset();
        this.offset = program.field(type, "offset").byteOffset();
        this.parent = program.field(type, "parent").byteOffset();
        var field = program.field(type, "slots");
        this.slots = field.byteOffset();
        var count = program.object(field.type(), 0).elementCount();
        if (count < 2 || count > MAX_SLOTS || Long.bitCount(count) != 1) {
            throw new CorruptStructureException(kind, 0, "its type has " + count + " slots");
        }
        this.slotCount = (int) count;
    }

    int slotCount() {
        return slotCount;
    }

    private boolean isInternal(long entry) {
        return (entry & 3) == tag;
    }

    /** {@return whether an entry that is no sibling is a node} */
    boolean isNode(long entry) {
        return isInternal(entry) && Long.compareUnsigned(entry, LARGEST_INTERNAL) > 0;
    }

    /** {@return an entry that is no node as a user is to see it: 0 for an internal one} */
    long given(long entry, ZeroEntries zeroEntries) {
        var isShown = XArrays.xaIsZero(entry) && zeroEntries == ZeroEntries.SHOWN;
        return isInternal(entry) && !isShown ? 0 : entry;
    }

    boolean covers(Node top, long index) {
        var bits = top.shift + chunkShift();
        return bits >= Long.SIZE || index >>> bits == 0;
    }

    int slotOf(Node node, long index) {
        return (int) (index >>> node.shift) & (slotCount - 1);
    }

    private int chunkShift() {
        return Integer.numberOfTrailingZeros(slotCount);
    }

    long entry(Program program, Node node, int slot) {
        return program.memory().u64(slotAddress(node, slot));
    }

    private long slotAddress(Node node, int slot) {
        return node.address + slots + (long) slot * Long.BYTES;
    }

    /** {@return the entries in all slots of a node, read at once} */
    long[] entries(Program program, Node node) {
        var bytes = ByteBuffer.wrap(program.bytes(slotAddress(node, 0), slotCount * Long.BYTES))
                .order(program.architecture().order());
        var entries = new long[slotCount];
        bytes.asLongBuffer().get(entries);
        return entries;
    }

    /** {@return the slot that has the entry of a slot: another one, where it is a sibling} */
    int canonical(Program program, Node node, int slot) {
        var entry = entry(program, node, slot);
        return isSibling(node, entry) ? sibling(node, entry) : slot;
    }

    /** A sibling is, in an XArray, the number of a slot; in a radix tree, the address of one in the same node. */
    boolean isSibling(Node node, long entry) {
        if (!isInternal(entry)) {
            return false;
        }
        return isXArray
                ? Long.compareUnsigned(entry >>> 2, slotCount - 2) <= 0
                : Long.compareUnsigned(entry - tag - slotAddress(node, 0), (long) slotCount * Long.BYTES) < 0;
    }

    private int sibling(Node node, long entry) {
        return (int) (isXArray ? entry >>> 2 : (entry - tag - slotAddress(node, 0)) / Long.BYTES);
    }

    /** {@return the top node}; its shift is a multiple of {@code XA_CHUNK_SHIFT}. */
    Node top(Program program, long entry) {
        var address = entry - tag;
        var nodeShift = program.memory().u8(address + shift);
        checkParent(program, address, 0);
        if (nodeShift % chunkShift() != 0 || nodeShift >= Long.SIZE) {
            throw new CorruptStructureException(
                    kind, address, "its shift is %d, which no node has".formatted(nodeShift));
        }
        return new Node(address, nodeShift, 0);
    }

    /** {@return the node in a slot of another one}; its shift is {@code XA_CHUNK_SHIFT} less. */
    Node child(Program program, long entry, Node above, int slot) {
        var address = entry - tag;
        var nodeShift = program.memory().u8(address + shift);
        checkParent(program, address, above.address);
        if (nodeShift != above.shift - chunkShift()) {
            throw new CorruptStructureException(
                    kind, address, "its shift is %d, under a node of shift %d".formatted(nodeShift, above.shift));
        }
        var claimed = program.memory().u8(address + offset);
        if (claimed != slot) {
            throw new CorruptStructureException(
                    kind, address, "it is in slot %d of its parent, not %d".formatted(slot, claimed));
        }
        return new Node(address, nodeShift, above.firstIndex + ((long) slot << above.shift));
    }

    private void checkParent(Program program, long address, long above) {
        program.cancellation().check();
        var claimed = program.memory().u64(address + parent);
        if (claimed != above) {
            throw new CorruptStructureException(
                    kind, address, "its parent is 0x%x, not 0x%x".formatted(claimed, above));
        }
    }
}
