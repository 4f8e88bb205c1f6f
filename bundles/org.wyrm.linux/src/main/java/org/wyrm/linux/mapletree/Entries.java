package org.wyrm.linux.mapletree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.wyrm.linux.mapletree.MapleTrees.Entry;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.Value;

/** The entries of a maple tree. Each node is checked to be where it says that it is, so the walk ends. */
final class Entries implements Supplier<Optional<Entry>> {
    private final Nodes nodes;
    private final ZeroEntries zeroEntries;
    /** The nodes on the way, each at the slot to look at next. */
    private final Deque<Node> path = new ArrayDeque<>();

    private boolean isBegun;

    Entries(Value tree, ZeroEntries zeroEntries) {
        this.nodes = new Nodes(tree);
        this.zeroEntries = zeroEntries;
    }

    @Override
    public Optional<Entry> get() {
        if (!isBegun) {
            isBegun = true;
            var root = nodes.root();
            if (!Nodes.isNode(root)) {
                return given(0, 0, root);
            }
            path.push(nodes.top(root));
        }
        var found = Optional.<Entry>empty();
        while (found.isEmpty() && !path.isEmpty()) {
            var node = path.peek();
            if (node.isLeaf()) {
                found = given(node.first(), node.last(), node.entry());
                leave();
            } else {
                path.push(nodes.child(node));
            }
        }
        return found;
    }

    private Optional<Entry> given(long first, long last, long entry) {
        var given = MapleTrees.given(entry, zeroEntries);
        return given == 0 ? Optional.empty() : Optional.of(new Entry(first, last, given));
    }

    /** Goes to the next slot of the node, or of the nearest above it that has one. */
    private void leave() {
        while (!path.isEmpty() && path.peek().isLast()) {
            path.pop();
        }
        if (!path.isEmpty()) {
            path.peek().advance();
        }
    }
}
