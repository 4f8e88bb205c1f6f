package org.wyrm.linux.xarray;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * XArrays, {@code struct xarray}, and IDRs, {@code struct idr}, which are made of them.
 *
 * <p>An entry's low two bits tell what it is: 0 a pointer, 1 and 3 a value, 2 internal: a node where it is above 4096,
 * else a sibling of another slot, a retry or a zero entry. A node must name its parent and be smaller than it, so that
 * a damaged tree ends a walk with an error that names the node.
 *
 * @kernel include/linux/xarray.h
 */
public final class XArrays {
    private static final long MAX_SIBLING_OR_RETRY = 4096;
    private static final int MAX_SLOTS = 1 << 10;

    private XArrays() {}

    /**
     * An entry of an XArray.
     *
     * @param index where it is
     * @param value the entry's 64 bits: a pointer, or a value with its low bit set
     */
    public record Entry(long index, long value) {}

    /**
     * {@return the entries of an XArray that are not null, in the order of their indexes}
     *
     * @param xarray {@code struct xarray *}
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_for_each")
    public static Stream<Entry> xaForEach(Value xarray) {
        return Walk.stream(
                new Entries(xarray.program(), xarray.member("xa_head").longValue()));
    }

    /**
     * {@return the entry at an index; 0 where there is none}
     *
     * @param xarray {@code struct xarray *}
     * @kernel include/linux/xarray.h
     */
    @KernelName("xa_load")
    public static long xaLoad(Value xarray, long index) {
        var program = xarray.program();
        var layout = program.cached(Layout.class, Layout::new);
        var entry = xarray.member("xa_head").longValue();
        var parentShift = Long.SIZE;
        var parent = 0L;
        if (!isNode(entry)) {
            return index == 0 ? entry : 0;
        }
        for (var top = true; isNode(entry); top = false) {
            var node = layout.node(program, entry, parent, parentShift);
            if (top && !node.covers(layout, index)) {
                return 0;
            }
            var slot = (int) (index >>> node.shift) & (layout.slotCount - 1);
            entry = layout.slot(program, node.address, slot);
            if (isSibling(entry)) {
                entry = layout.slot(program, node.address, (int) (entry >>> 2));
            }
            parent = node.address;
            parentShift = node.shift;
        }
        return isInternal(entry) ? 0 : entry;
    }

    /**
     * {@return the pointers in an IDR, in the order of their identifiers}
     *
     * @param idr {@code struct idr *}
     * @kernel include/linux/idr.h
     */
    @KernelName("idr_for_each")
    public static Stream<Entry> idrForEach(Value idr) {
        var base = idrBase(idr);
        return xaForEach(idr.member("idr_rt")).map(entry -> new Entry(entry.index + base, entry.value));
    }

    /**
     * {@return the pointer of an identifier in an IDR; 0 where there is none}
     *
     * @param idr {@code struct idr *}
     * @kernel include/linux/idr.h
     */
    @KernelName("idr_find")
    public static long idrFind(Value idr, long id) {
        return xaLoad(idr.member("idr_rt"), id - idrBase(idr));
    }

    private static long idrBase(Value idr) {
        // Since Linux kernel commit 6ce711f27500 ("idr: Make 1-based IDRs more efficient") (in v4.16).
        return idr.findMember("idr_base").map(Value::longValue).orElse(0L);
    }

    private static boolean isInternal(long entry) {
        return (entry & 3) == 2;
    }

    private static boolean isNode(long entry) {
        return isInternal(entry) && Long.compareUnsigned(entry, MAX_SIBLING_OR_RETRY) > 0;
    }

    private static boolean isSibling(long entry) {
        return isInternal(entry) && Long.compareUnsigned(entry >>> 2, 62) <= 0;
    }

    /** A node that was checked. */
    private record Node(long address, int shift, long firstIndex) {
        boolean covers(Layout layout, long index) {
            var bits = shift + Integer.numberOfTrailingZeros(layout.slotCount);
            return bits >= Long.SIZE || index >>> bits == 0;
        }
    }

    /** Where things are in {@code struct xa_node}. */
    private static final class Layout {
        final long shift;
        final long parent;
        final long slots;
        final int slotCount;

        Layout(Program program) {
            this.shift = program.field("struct xa_node", "shift").byteOffset();
            this.parent = program.field("struct xa_node", "parent").byteOffset();
            var field = program.field("struct xa_node", "slots");
            this.slots = field.byteOffset();
            var count = program.object(field.type(), 0).elementCount();
            if (count < 2 || count > MAX_SLOTS || Long.bitCount(count) != 1) {
                throw new CorruptStructureException("xa_node", 0, "its type has " + count + " slots");
            }
            this.slotCount = (int) count;
        }

        long slot(Program program, long node, int slot) {
            return program.memory().u64(node + slots + (long) slot * Long.BYTES);
        }

        Node node(Program program, long entry, long parentAddress, int parentShift) {
            program.cancellation().check();
            var address = entry - 2;
            var nodeShift = program.memory().u8(address + shift);
            var claimed = program.memory().u64(address + parent);
            if (claimed != parentAddress) {
                throw new CorruptStructureException(
                        "xa_node", address, "its parent is 0x%x, not 0x%x".formatted(claimed, parentAddress));
            }
            // The top node's shift is a multiple of XA_CHUNK_SHIFT, each other's that much less than its parent's.
            var chunkShift = Integer.numberOfTrailingZeros(slotCount);
            var isTop = parentAddress == 0;
            if (isTop ? nodeShift % chunkShift != 0 || nodeShift >= Long.SIZE : nodeShift != parentShift - chunkShift) {
                throw new CorruptStructureException(
                        "xa_node",
                        address,
                        isTop
                                ? "its shift is %d, which no node has".formatted(nodeShift)
                                : "its shift is %d, under a node of shift %d".formatted(nodeShift, parentShift));
            }
            return new Node(address, nodeShift, 0);
        }
    }

    private static final class Entries implements Iterator<Entry> {
        private final Program program;
        private final Layout layout;
        private final Deque<Cursor> path = new ArrayDeque<>();
        private @Nullable Entry next;

        /** A node and the slot to look at next. */
        private static final class Cursor {
            final Node node;
            int slot;

            Cursor(Node node) {
                this.node = node;
            }
        }

        Entries(Program program, long head) {
            this.program = program;
            this.layout = program.cached(Layout.class, Layout::new);
            if (isNode(head)) {
                path.push(new Cursor(layout.node(program, head, 0, Long.SIZE)));
                advance();
            } else if (head != 0 && !isInternal(head)) {
                next = new Entry(0, head);
            }
        }

        private void advance() {
            next = null;
            while (next == null && !path.isEmpty()) {
                var cursor = path.peek();
                if (cursor.slot == layout.slotCount) {
                    path.pop();
                    continue;
                }
                var slot = cursor.slot++;
                var node = cursor.node;
                var entry = layout.slot(program, node.address, slot);
                var index = node.firstIndex + ((long) slot << node.shift);
                if (isNode(entry)) {
                    var child = layout.node(program, entry, node.address, node.shift);
                    if (isRepeated(node, slot, entry)) {
                        throw new CorruptStructureException(
                                "xa_node", child.address, "two slots of its parent name it");
                    }
                    path.push(new Cursor(new Node(child.address, child.shift, index)));
                } else if (entry != 0 && !isInternal(entry)) {
                    next = new Entry(index, entry);
                }
            }
        }

        private boolean isRepeated(Node node, int slot, long entry) {
            for (var before = 0; before < slot; before++) {
                if (layout.slot(program, node.address, before) == entry) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Entry next() {
            var entry = next;
            if (entry == null) {
                throw new NoSuchElementException();
            }
            advance();
            return entry;
        }
    }
}
