package org.wyrm.linux.xarray;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.xarray.NodeLayout.Node;
import org.wyrm.linux.xarray.XArrays.Entry;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.Program;

/**
 * The entries of an XArray. Each node is checked to be where it says that it is, so the walk ends. In a target that runs
 * a node may become another while it is read: then the way to it is gone anew, from the root.
 */
final class Entries implements Supplier<Optional<Entry>> {
    /** How often the way to a place is gone. */
    private static final int MOST_TRIES = 16;

    private final Program program;
    private final NodeLayout layout;
    private final ZeroEntries zeroEntries;
    private final Deque<Cursor> path = new ArrayDeque<>();
    private final LongSupplier head;
    private boolean isBegun;

    /** The entry of an XArray without nodes, not given yet. */
    private Optional<Entry> single = Optional.empty();

    /** The lowest index that was not given yet; unsigned. */
    private long nextIndex;

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

    /** @param head reads the root's entry */
    Entries(Program program, LongSupplier head, ZeroEntries zeroEntries) {
        this.program = program;
        this.layout = NodeLayout.of(program);
        this.zeroEntries = zeroEntries;
        this.head = head;
    }

    private void push(Node node) {
        var cursor = new Cursor(node, layout.entries(program, node));
        if (Long.compareUnsigned(node.firstIndex(), nextIndex) < 0) {
            cursor.slot = layout.slotOf(node, nextIndex);
        }
        path.push(cursor);
    }

    private Optional<Entry> given(long index, long entry) {
        var given = layout.given(entry, zeroEntries);
        return given == 0 ? Optional.empty() : Optional.of(new Entry(index, given));
    }

    @Override
    public Optional<Entry> get() {
        var found = whileItChanges(program, this::next, () -> {
            path.clear();
            isBegun = false;
        });
        found.ifPresent(entry -> nextIndex = entry.index() + 1);
        return found;
    }

    /**
     * {@return what a reader finds; of a target that runs, it reads again where a node became another's meanwhile}
     *
     * @param forget is called before it reads again
     */
    static <T> T whileItChanges(Program program, Supplier<T> reader, Runnable forget) {
        for (var tries = 1; ; tries++) {
            try {
                return reader.get();
            } catch (FaultException | CorruptStructureException e) {
                if (!program.isRunning() || tries == MOST_TRIES) {
                    throw e;
                }
                forget.run();
            }
        }
    }

    private Optional<Entry> next() {
        if (!isBegun) {
            isBegun = true;
            begin();
        }
        var found = single;
        single = Optional.empty();
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

    private void begin() {
        var root = head.getAsLong();
        if (layout.isNode(root)) {
            var top = layout.top(program, root);
            if (layout.covers(top, nextIndex)) {
                push(top);
            }
        } else if (nextIndex == 0) {
            single = given(0, root);
        }
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
