package org.wyrm.linux.mapletree;

import java.nio.ByteBuffer;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Reads the nodes of a maple tree.
 *
 * <pre>
 * node in a slot         bits 8…63 address, 3…6 enum maple_type, 2 set, 0…1 clear
 * node at the root       the same, with bit 1 set
 * parent of a node       bits 8…63 address, 3…7 slot in the parent, 1…2 size of the parent's slots, 0 clear
 * parent of the top      address of the tree, bit 0 set
 * </pre>
 *
 * @kernel lib/maple_tree.c
 */
final class Nodes {
    private static final long LARGEST_INTERNAL = 4096;
    private static final int TYPE_SHIFT = 3;
    private static final int TYPE_MASK = 0xf;
    private static final int PARENT_SLOT_SHIFT = 3;
    private static final int PARENT_SLOT_MASK = 0x1f;
    private static final long ROOT_PARENT = 1;

    private final Program program;
    private final NodeLayout layout;
    private final Value tree;

    Nodes(Value tree) {
        this.program = tree.program();
        this.layout = NodeLayout.of(program);
        this.tree = tree;
    }

    /** {@return the entry at the top of the tree: a node, or the entry for index 0} */
    long root() {
        return tree.member("ma_root").longValue();
    }

    static boolean isNode(long entry) {
        return (entry & 3) == 2 && Long.compareUnsigned(entry, LARGEST_INTERNAL) > 0;
    }

    /** {@return the top node, at its first slot} */
    Node top(long entry) {
        return node(entry, Walk.addressOf(tree) | ROOT_PARENT, 0, -1);
    }

    /** {@return the node in the slot that a node is at} */
    Node child(Node above) {
        var entry = above.entry();
        if ((entry & 3) != 0 || Long.compareUnsigned(entry, LARGEST_INTERNAL) <= 0) {
            throw above.error("slot %d has 0x%x, which is not a node".formatted(above.slot(), entry));
        }
        return node(entry, above.address() | (long) above.slot() << PARENT_SLOT_SHIFT, above.first(), above.last());
    }

    private Node node(long entry, long parent, long first, long last) {
        var address = entry & ~NodeLayout.NODE_MASK;
        var type = (int) (entry >>> TYPE_SHIFT) & TYPE_MASK;
        if (type >= layout.shapes().size()) {
            throw new CorruptStructureException(
                    "maple_node", address, "its type is %d, which no node has".formatted(type));
        }
        var bytes = ByteBuffer.wrap(program.bytes(address, layout.byteSize()))
                .order(program.architecture().order());
        var claimed = bytes.getLong(layout.parent());
        var isTop = (parent & ROOT_PARENT) != 0;
        // The size of the parent's slots is left out of the comparison.
        var compared =
                isTop ? claimed : claimed & ~(NodeLayout.NODE_MASK ^ (long) PARENT_SLOT_MASK << PARENT_SLOT_SHIFT);
        if (compared != parent) {
            throw new CorruptStructureException(
                    "maple_node", address, "its parent is 0x%x, not 0x%x".formatted(compared, parent));
        }
        return new Node(address, layout.shapes().get(type), bytes, first, last);
    }
}
