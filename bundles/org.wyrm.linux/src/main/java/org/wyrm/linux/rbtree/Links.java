package org.wyrm.linux.rbtree;

import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Where things are in {@code struct rb_node}.
 *
 * @param left offset of the left child, in bytes
 * @param right offset of the right child
 * @param parent offset of the parent's address; its lowest bit is the colour, 1 for black
 */
record Links(long left, long right, long parent) {
    /** A red-black tree of 2^64 nodes is no higher. */
    static final int MAX_HEIGHT = 128;

    private static final long COLOUR_MASK = 3;
    private static final long BLACK = 1;

    static Links of(Value treeOrNode) {
        return treeOrNode.program().cached(Links.class, Links::new);
    }

    private Links(Program program) {
        this(offset(program, "rb_left"), offset(program, "rb_right"), offset(program, "__rb_parent_color"));
    }

    private static long offset(Program program, String member) {
        return program.field("struct rb_node", member).byteOffset();
    }

    long child(Program program, long node, Side side) {
        return program.memory().u64(node + (side == Side.LEFT ? left : right));
    }

    long parent(Program program, long node) {
        return program.memory().u64(node + parent) & ~COLOUR_MASK;
    }

    boolean isBlack(Program program, long node) {
        return (program.memory().u64(node + parent) & BLACK) != 0;
    }

    /** {@return the last node on the way down one side} */
    long furthest(Program program, long top, Side side) {
        var node = top;
        var height = 0;
        for (var below = node; below != 0; below = child(program, node, side)) {
            node = below;
            check(program, node, height++);
        }
        return node;
    }

    /** Polls the token, and ends a way through a tree that is longer than any can be. */
    void check(Program program, long node, int height) {
        program.cancellation().check();
        if (height >= MAX_HEIGHT) {
            throw new CorruptStructureException("rb_node", node, "the tree is higher than " + MAX_HEIGHT);
        }
    }
}
