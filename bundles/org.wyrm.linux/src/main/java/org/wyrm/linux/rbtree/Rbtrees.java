package org.wyrm.linux.rbtree;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/**
 * Red-black trees: {@code struct rb_root}. A walk goes down by the children and checks that each names its parent, so
 * that a damaged tree, even one that loops, ends it with an error that names the node.
 *
 * <p>What walks give are objects, of which nothing but the links was read.
 */
@ProvidesHelpers(
        names = {
            "RB_EMPTY_NODE",
            "RB_EMPTY_ROOT",
            "rb_find",
            "rb_first",
            "rb_last",
            "rb_next",
            "rb_parent",
            "rb_prev",
            "rbtree_inorder_for_each",
            "rbtree_inorder_for_each_entry",
            "rbtree_preorder_for_each",
            "rbtree_preorder_for_each_entry",
            "validate_rbtree",
            "validate_rbtree_inorder_for_each_entry"
        })
public final class Rbtrees {
    private static final String RB_NODE = "struct rb_node";

    /** Whether two entries of a tree may be equal. */
    public enum Duplicates {
        /** They may, one after the other. */
        ALLOWED,
        /** They may not: each entry comes after the one before it. */
        FORBIDDEN
    }

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
     * {@return whether a node is known to be in no tree: it then names itself as its parent}
     *
     * @param node {@code struct rb_node *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("RB_EMPTY_NODE")
    public static boolean rbEmptyNode(Value node) {
        return node.member("__rb_parent_color").longValue() == Walk.addressOf(node);
    }

    // ---- single nodes ------------------------------------------------------------------------------------------

    /**
     * {@return the parent of a node, {@code struct rb_node}; empty for the root}
     *
     * @param node {@code struct rb_node *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_parent")
    public static Optional<Value> rbParent(Value node) {
        return node(node.program(), Links.of(node).parent(node.program(), Walk.addressOf(node)));
    }

    /**
     * {@return the first node of a tree in its order, {@code struct rb_node}; empty where the tree is}
     *
     * @param root {@code struct rb_root *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_first")
    public static Optional<Value> rbFirst(Value root) {
        return end(root, Side.LEFT);
    }

    /**
     * {@return the last node of a tree in its order, {@code struct rb_node}; empty where the tree is}
     *
     * @param root {@code struct rb_root *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_last")
    public static Optional<Value> rbLast(Value root) {
        return end(root, Side.RIGHT);
    }

    /**
     * {@return the node after another one in the tree's order, {@code struct rb_node}; empty after the last, and for a
     * node that is in no tree}
     *
     * @param node {@code struct rb_node *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_next")
    public static Optional<Value> rbNext(Value node) {
        return neighbour(node, Side.RIGHT);
    }

    /**
     * {@return the node before another one in the tree's order, {@code struct rb_node}; empty before the first, and for
     * a node that is in no tree}
     *
     * @param node {@code struct rb_node *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_prev")
    public static Optional<Value> rbPrev(Value node) {
        return neighbour(node, Side.LEFT);
    }

    /**
     * {@return the structure that is looked for in a tree, or empty}
     *
     * @param type the structure's type
     * @param root {@code struct rb_root *}
     * @param member the {@code struct rb_node} in the structure by which it is in this tree
     * @param comparison tells of a structure of the tree whether what is looked for is before it (negative), after it
     *     (positive), or is it (0)
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rb_find")
    public static Optional<Value> rbFind(TargetType type, Value root, String member, ToIntFunction<Value> comparison) {
        var program = root.program();
        var links = Links.of(root);
        var offset = Field.of(type, member).byteOffset();
        var node = root.member("rb_node").longValue();
        for (var height = 0; node != 0; height++) {
            links.check(program, node, height);
            var entry = program.object(type, node - offset);
            var side = comparison.applyAsInt(entry);
            if (side == 0) {
                return Optional.of(entry);
            }
            node = links.child(program, node, side < 0 ? Side.LEFT : Side.RIGHT);
        }
        return Optional.empty();
    }

    private static Optional<Value> end(Value root, Side side) {
        var top = root.member("rb_node").longValue();
        return top == 0 ? Optional.empty() : node(root.program(), Links.of(root).furthest(root.program(), top, side));
    }

    /** The nearest node on a side: below it, or the first above that has the node on its other side. */
    private static Optional<Value> neighbour(Value node, Side side) {
        if (rbEmptyNode(node)) {
            return Optional.empty();
        }
        var program = node.program();
        var links = Links.of(node);
        var at = Walk.addressOf(node);
        var below = links.child(program, at, side);
        if (below != 0) {
            return node(program, links.furthest(program, below, side.other()));
        }
        var above = links.parent(program, at);
        for (var height = 0; above != 0 && links.child(program, above, side) == at; height++) {
            links.check(program, above, height);
            at = above;
            above = links.parent(program, at);
        }
        return node(program, above);
    }

    private static Optional<Value> node(Program program, long address) {
        return address == 0 ? Optional.empty() : Optional.of(program.object(program.type(RB_NODE), address));
    }

    // ---- walks -------------------------------------------------------------------------------------------------

    /**
     * {@return the nodes of a tree in its order, {@code struct rb_node}}
     *
     * @param root {@code struct rb_root *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rbtree_inorder_for_each")
    public static Stream<Value> rbtreeInorderForEach(Value root) {
        return nodes(root, TreeWalk.inOrder(root));
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
        return entries(type, root, member, TreeWalk.inOrder(root));
    }

    /**
     * {@return the nodes of a tree, {@code struct rb_node}, each before those below it}
     *
     * @param root {@code struct rb_root *}
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rbtree_preorder_for_each")
    public static Stream<Value> rbtreePreorderForEach(Value root) {
        return nodes(root, TreeWalk.preOrder(root));
    }

    /**
     * {@return the structures in a tree, each before those below it}
     *
     * @param type the structure's type
     * @param root {@code struct rb_root *}
     * @param member the {@code struct rb_node} in the structure by which it is in this tree
     * @kernel include/linux/rbtree.h
     */
    @KernelName("rbtree_preorder_for_each_entry")
    public static Stream<Value> rbtreePreorderForEachEntry(TargetType type, Value root, String member) {
        return entries(type, root, member, TreeWalk.preOrder(root));
    }

    /**
     * Checks a tree: links, colours, the number of black nodes on each way down, and the order of its entries.
     *
     * @param type the type of the structures in it
     * @param root {@code struct rb_root *}
     * @param member the {@code struct rb_node} in the structure by which it is in this tree
     * @param order of the structures
     * @param duplicates whether two of them may be equal
     * @throws CorruptStructureException at a node that breaks a rule
     * @kernel include/linux/rbtree.h
     */
    @KernelName("validate_rbtree")
    public static void validateRbtree(
            TargetType type, Value root, String member, Comparator<Value> order, Duplicates duplicates) {
        validateRbtreeInorderForEachEntry(type, root, member, order, duplicates).forEach(entry -> {});
    }

    /**
     * {@return the structures in a tree, in its order; links, colours, the number of black nodes on each way down, and
     * the order are checked on the way}
     *
     * @param type the type of the structures
     * @param root {@code struct rb_root *}
     * @param member the {@code struct rb_node} in the structure by which it is in this tree
     * @param order of the structures
     * @param duplicates whether two of them may be equal
     * @throws CorruptStructureException at a node that breaks a rule
     * @kernel include/linux/rbtree.h
     */
    @KernelName("validate_rbtree_inorder_for_each_entry")
    public static Stream<Value> validateRbtreeInorderForEachEntry(
            TargetType type, Value root, String member, Comparator<Value> order, Duplicates duplicates) {
        var check = new Order(order, duplicates, Field.of(type, member).byteOffset());
        return entries(type, root, member, TreeWalk.validated(root)).peek(check::next);
    }

    private static Stream<Value> nodes(Value root, TreeWalk walk) {
        var program = root.program();
        var type = program.type(RB_NODE);
        return Walk.stream(walk).map(address -> program.object(type, address));
    }

    private static Stream<Value> entries(TargetType type, Value root, String member, TreeWalk walk) {
        var program = root.program();
        var offset = Field.of(type, member).byteOffset();
        return Walk.stream(walk).map(address -> program.object(type, address - offset));
    }

    /** Compares each entry with the one before. */
    private static final class Order {
        private final Comparator<Value> order;
        private final Duplicates duplicates;
        private final long offset;
        private @Nullable Value before;

        Order(Comparator<Value> order, Duplicates duplicates, long offset) {
            this.order = order;
            this.duplicates = duplicates;
            this.offset = offset;
        }

        void next(Value entry) {
            if (before != null) {
                var compared = order.compare(before, entry);
                if (compared > 0 || compared == 0 && duplicates == Duplicates.FORBIDDEN) {
                    throw new CorruptStructureException(
                            "rb_node",
                            entry.address() + offset,
                            "its entry is %s that of 0x%x, the node before it"
                                    .formatted(compared == 0 ? "equal to" : "less than", before.address() + offset));
                }
            }
            before = entry;
        }
    }
}
