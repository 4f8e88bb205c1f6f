package org.wyrm.linux.rbtree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * The nodes of a red-black tree, by address. Each node that is met has to name the one above it as its parent, and no
 * node has one child twice; so each is met once, and the walk ends.
 */
abstract class TreeWalk implements Iterator<Long> {
    final Program program;
    final Links links;
    /** In order: the nodes whose left side is done or under way. Before children: those that come next. */
    final Deque<Long> path = new ArrayDeque<>();

    private TreeWalk(Value root) {
        this.program = root.program();
        this.links = Links.of(root);
    }

    static TreeWalk inOrder(Value root) {
        return begun(new InOrder(root), root);
    }

    static TreeWalk preOrder(Value root) {
        return begun(new PreOrder(root), root);
    }

    /** In order, and colours and the heights of black nodes are checked too. */
    static TreeWalk validated(Value root) {
        return begun(new Validated(root), root);
    }

    private static TreeWalk begun(TreeWalk walk, Value root) {
        walk.enter(root.member("rb_node").longValue(), 0);
        return walk;
    }

    /** Adds a subtree to what is to come. */
    abstract void enter(long node, long parent);

    /** What is to come after a node: what is below it. */
    abstract void leave(long node);

    final void checkParent(long node, long parent) {
        links.check(program, node, path.size());
        var claimed = links.parent(program, node);
        if (claimed != parent) {
            throw new CorruptStructureException(
                    "rb_node", node, "its parent is 0x%x, not 0x%x".formatted(claimed, parent));
        }
    }

    final long rightChild(long node) {
        var right = links.child(program, node, Side.RIGHT);
        if (right != 0 && right == links.child(program, node, Side.LEFT)) {
            throw new CorruptStructureException("rb_node", node, "both its children are 0x%x".formatted(right));
        }
        return right;
    }

    @Override
    public final boolean hasNext() {
        return !path.isEmpty();
    }

    @Override
    public final Long next() {
        if (path.isEmpty()) {
            throw new NoSuchElementException();
        }
        var node = path.pop();
        leave(node);
        return node;
    }

    private static class InOrder extends TreeWalk {
        InOrder(Value root) {
            super(root);
        }

        @Override
        void enter(long top, long parent) {
            var above = parent;
            for (var node = top; node != 0; node = links.child(program, above, Side.LEFT)) {
                checkParent(node, above);
                path.push(node);
                above = node;
            }
        }

        @Override
        void leave(long node) {
            enter(rightChild(node), node);
        }
    }

    private static final class PreOrder extends TreeWalk {
        PreOrder(Value root) {
            super(root);
        }

        @Override
        void enter(long node, long parent) {
            if (node != 0) {
                checkParent(node, parent);
                path.push(node);
            }
        }

        @Override
        void leave(long node) {
            enter(rightChild(node), node);
            enter(links.child(program, node, Side.LEFT), node);
        }
    }

    /**
     * In any tree, as many black nodes are on each way from the root to where a child is missing. The first such way is
     * counted, and each other one is to be as long.
     */
    private static final class Validated extends InOrder {
        private long blackCount;
        private boolean isCounted;

        Validated(Value root) {
            super(root);
        }

        @Override
        void enter(long top, long parent) {
            super.enter(top, parent);
            for (var node = top; node != 0; node = links.child(program, node, Side.LEFT)) {
                checkColours(node);
            }
            if (top == 0 && parent != 0) {
                checkBlackCount(parent);
            }
        }

        private void checkColours(long node) {
            if (!links.isBlack(program, node)) {
                var above = links.parent(program, node);
                if (above == 0 || !links.isBlack(program, above)) {
                    throw new CorruptStructureException(
                            "rb_node", node, above == 0 ? "it is red and the root" : "it is red, and so is its parent");
                }
            }
            if (links.child(program, node, Side.LEFT) == 0) {
                checkBlackCount(node);
            }
        }

        /** Every node on the way was found to name its parent, so the way up ends. */
        private void checkBlackCount(long leaf) {
            var count = 0L;
            for (var node = leaf; node != 0; node = links.parent(program, node)) {
                count += links.isBlack(program, node) ? 1 : 0;
            }
            if (!isCounted) {
                blackCount = count;
                isCounted = true;
            }
            if (count != blackCount) {
                throw new CorruptStructureException(
                        "rb_node",
                        leaf,
                        "%d black nodes are on the way to it, %d on another".formatted(count, blackCount));
            }
        }
    }
}
