package org.wyrm.linux.rbtree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/**
 * Red-black trees: {@code struct rb_root}. A walk goes down by the children and checks that each names its parent, so
 * that a damaged tree, even one that loops, ends it with an error that names the node.
 */
public final class Rbtrees {
    /** A red-black tree of 2^64 nodes is no higher. */
    private static final int MAX_HEIGHT = 128;

    private Rbtrees() {}

    /**
     * {@return whether a tree is empty}
     *
     * @param root {@code struct rb_root *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("RB_EMPTY_ROOT")
    public static boolean rbEmptyRoot(Value root) {
        return root.member("rb_node").isNull();
    }

    /**
     * {@return the parent of a node, {@code struct rb_node *}; null for the root}
     *
     * @param node {@code struct rb_node *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_parent")
    public static Value rbParent(Value node) {
        var parent = node.member("__rb_parent_color").longValue() & ~3L;
        var program = node.program();
        return program.scalar(program.pointerTo(program.type("struct rb_node")), parent);
    }

    /**
     * {@return the structures in a tree, in its order}
     *
     * @param type the structure's type
     * @param root {@code struct rb_root *}
     * @param member the {@code struct rb_node} in the structure by which it is in this tree
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rbtree_inorder_for_each_entry")
    public static Stream<Value> rbtreeInorderForEachEntry(TargetType type, Value root, String member) {
        var program = root.program();
        var offset = Field.of(type, member).byteOffset();
        return Walk.stream(new InOrder(program, root.member("rb_node").longValue()))
                .map(address -> program.object(type, address - offset));
    }

    private static final class InOrder implements Iterator<Long> {
        private final Program program;
        private final long leftOffset;
        private final long rightOffset;
        private final long parentOffset;
        /** The nodes whose left side is done or under way, the nearest first. */
        private final Deque<Long> path = new ArrayDeque<>();

        InOrder(Program program, long root) {
            this.program = program;
            this.leftOffset = program.field("struct rb_node", "rb_left").byteOffset();
            this.rightOffset = program.field("struct rb_node", "rb_right").byteOffset();
            this.parentOffset =
                    program.field("struct rb_node", "__rb_parent_color").byteOffset();
            descend(root, 0);
        }

        private void descend(long from, long parent) {
            var above = parent;
            for (var node = from; node != 0; node = child(above, leftOffset)) {
                program.cancellation().check();
                var claimed = program.memory().u64(node + parentOffset) & ~3L;
                if (claimed != above) {
                    throw new CorruptStructureException(
                            "rb_node", node, "its parent is 0x%x, not 0x%x".formatted(claimed, above));
                }
                path.push(node);
                if (path.size() > MAX_HEIGHT) {
                    throw new CorruptStructureException("rb_node", node, "the tree is higher than " + MAX_HEIGHT);
                }
                above = node;
            }
        }

        private long child(long node, long offset) {
            var child = program.memory().u64(node + offset);
            if (child != 0 && offset == rightOffset && child == program.memory().u64(node + leftOffset)) {
                throw new CorruptStructureException("rb_node", node, "both its children are 0x%x".formatted(child));
            }
            return child;
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public Long next() {
            if (path.isEmpty()) {
                throw new NoSuchElementException();
            }
            var node = path.pop();
            descend(child(node, rightOffset), node);
            return node;
        }
    }
}
