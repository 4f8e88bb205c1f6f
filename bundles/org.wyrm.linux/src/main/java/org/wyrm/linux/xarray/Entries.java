package org.wyrm.linux.xarray;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.wyrm.linux.xarray.NodeLayout.Node;
import org.wyrm.linux.xarray.XArrays.Entry;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.Program;

/** The entries of an XArray. Each node is checked to be where it says that it is, so the walk ends. */
final class Entries implements Supplier<Optional<Entry>> {
    private final Program program;
    private final NodeLayout layout;
    private final ZeroEntries zeroEntries;
    private final Deque<Cursor> path = new ArrayDeque<>();
    private final long head;
    private boolean isBegun;

    /** A node and the slot to look at next. */
    private static final class Cursor {
        final Node node;
        final long[] entries;
        int slot;

        Cursor(Node node, long[] entries) {
            this.node = node;
            this.entries = entries;
        }
    }

    Entries(Program program, long head, ZeroEntries zeroEntries) {
        this.program = program;
        this.layout = NodeLayout.of(program);
        this.zeroEntries = zeroEntries;
        this.head = head;
    }

    private void push(Node node) {
        path.push(new Cursor(node, layout.entries(program, node)));
    }

    private Optional<Entry> given(long index, long entry) {
        var given = layout.given(entry, zeroEntries);
        return given == 0 ? Optional.empty() : Optional.of(new Entry(index, given));
    }

    @Override
    public Optional<Entry> get() {
        if (!isBegun) {
            isBegun = true;
            if (!layout.isNode(head)) {
                return given(0, head);
            }
            push(layout.top(program, head));
        }
        var found = Optional.<Entry>empty();
        while (found.isEmpty() && !path.isEmpty()) {
            var cursor = path.peek();
            if (cursor.slot == layout.slotCount()) {
                path.pop();
            } else {
                found = visit(cursor, cursor.slot++);
            }
        }
        return found;
    }

    private Optional<Entry> visit(Cursor cursor, int slot) {
        var entry = cursor.entries[slot];
        if (entry == 0 || layout.isSibling(cursor.node, entry)) {
            return Optional.empty();
        }
        if (layout.isNode(entry)) {
            push(layout.child(program, entry, cursor.node, slot));
            return Optional.empty();
        }
        return given(cursor.node.firstIndex() + ((long) slot << cursor.node.shift()), entry);
    }
}
