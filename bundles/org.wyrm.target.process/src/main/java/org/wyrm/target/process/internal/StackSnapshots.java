package org.wyrm.target.process.internal;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.wyrm.memory.Chunk;

/** The stacks of threads as they were when these were stopped; of two at one place, the later. Thread-safe. */
final class StackSnapshots {
    private final ConcurrentSkipListMap<Long, Chunk> chunks = new ConcurrentSkipListMap<>();

    synchronized void keep(Chunk stack) {
        chunks.values()
                .removeIf(chunk ->
                        chunk.firstAddress() <= lastAddress(stack) && lastAddress(chunk) >= stack.firstAddress());
        chunks.put(stack.firstAddress(), stack);
    }

    private static long lastAddress(Chunk chunk) {
        return chunk.firstAddress() + chunk.bytes().byteSize() - 1;
    }

    Optional<Chunk> at(long address) {
        var below = chunks.floorEntry(address);
        return below != null && below.getValue().contains(address) ? Optional.of(below.getValue()) : Optional.empty();
    }

    /** {@return how many bytes from an address on are not kept} */
    long distanceToNext(long address) {
        var next = chunks.higherKey(address);
        return next == null ? Long.MAX_VALUE : next - address;
    }
}
