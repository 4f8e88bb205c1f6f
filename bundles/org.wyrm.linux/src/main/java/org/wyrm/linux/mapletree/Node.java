package org.wyrm.linux.mapletree;

import java.nio.ByteBuffer;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.mapletree.NodeLayout.Shape;

/** A node of a maple tree, read whole, and one of its slots with the range of indexes that the slot is for. */
final class Node {
    private final long address;
    private final Shape shape;
    private final ByteBuffer bytes;
    /** The last index of the node. */
    private final long max;

    private final int end;
    private int slot;
    private long first;
    private long last;

    /**
     * @param min the first index of the node
     * @param max the last one
     */
    Node(long address, Shape shape, ByteBuffer bytes, long min, long max) {
        this.address = address;
        this.shape = shape;
        this.bytes = bytes;
        this.max = max;
        this.first = min;
        this.end = end();
        this.last = lastOfSlot();
    }

    /** {@return the last slot that is in use} */
    private int end() {
        if (shape.isDense()) {
            if (Long.compareUnsigned(max - first, shape.slotCount()) >= 0) {
                throw error("its %d slots end before 0x%x".formatted(shape.slotCount(), max));
            }
            return (int) (max - first);
        }
        var metaEnd = bytes.get(shape.metaEnd()) & 0xff;
        if (shape.isAllocation()) {
            return checkedEnd(metaEnd);
        }
        // Where the last pivot is in use, the last slot may be too, and then it is where the metadata would be.
        var lastPivot = shape.pivotCount() - 1;
        var pivot = pivot(lastPivot);
        if (pivot == 0) {
            return checkedEnd(metaEnd);
        }
        return pivot == max ? lastPivot : shape.slotCount() - 1;
    }

    private int checkedEnd(int slotNumber) {
        if (slotNumber >= shape.slotCount()) {
            throw error("its last slot is %d of %d".formatted(slotNumber, shape.slotCount()));
        }
        return slotNumber;
    }

    private long pivot(int number) {
        return bytes.getLong(shape.pivots() + number * Long.BYTES);
    }

    private long lastOfSlot() {
        if (shape.isDense()) {
            return first;
        }
        if (slot == end) {
            return max;
        }
        var pivot = pivot(slot);
        if (Long.compareUnsigned(pivot, first) < 0 || Long.compareUnsigned(pivot, max) >= 0) {
            throw error("pivot %d is 0x%x, outside 0x%x to 0x%x".formatted(slot, pivot, first, max));
        }
        return pivot;
    }

    boolean isLeaf() {
        return shape.isLeaf();
    }

    boolean isLast() {
        return slot == end;
    }

    /** Goes to the next slot, of a node that is not at its last. */
    void advance() {
        if (isLast()) {
            throw error("it has no slot for 0x%x".formatted(last + 1));
        }
        slot++;
        first = last + 1;
        last = lastOfSlot();
    }

    long address() {
        return address;
    }

    int slot() {
        return slot;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long entry() {
        return bytes.getLong(shape.slots() + slot * Long.BYTES);
    }

    CorruptStructureException error(String rule) {
        return new CorruptStructureException("maple_node", address, rule);
    }
}
