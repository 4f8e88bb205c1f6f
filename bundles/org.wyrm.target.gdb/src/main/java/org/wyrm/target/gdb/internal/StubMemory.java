package org.wyrm.target.gdb.internal;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * Memory that a stub reads. The target is stopped, so what was read stays right: some megabytes of it are kept.
 * Thread-safe.
 */
final class StubMemory implements MemorySource {
    private static final int BLOCK_BYTES = 1 << 12;
    private static final int MOST_BLOCKS_KEPT = 1 << 13;

    /** What is read at once of a large wish, in blocks. */
    private static final int MOST_BLOCKS_AHEAD = 16;

    private final RemoteStub stub;
    private final AddressSpace space;
    private final long lastAddress;
    private final Map<Long, byte[]> blocks = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
            return size() > MOST_BLOCKS_KEPT;
        }
    };

    StubMemory(RemoteStub stub, AddressSpace space, long lastAddress) {
        this.stub = stub;
        this.space = space;
        this.lastAddress = lastAddress;
    }

    @Override
    public long firstAddress() {
        return 0;
    }

    @Override
    public long lastAddress() {
        return lastAddress;
    }

    @Override
    public synchronized Chunk chunk(long address, long wantedByteSize) {
        var first = address & -BLOCK_BYTES;
        var block = blocks.get(first);
        if (block == null) {
            block = fetch(first, address - first + wantedByteSize);
        }
        if (address - first >= block.length) {
            throw new FaultException(space, address, "the stub cannot read it");
        }
        return new Chunk(first, MemorySegment.ofArray(block).asReadOnly());
    }

    /** {@return a block, and reads those after it that will be wanted; of the first that has a hole, what is before it} */
    private byte[] fetch(long first, long wantedByteSize) {
        var most = Math.min(
                MOST_BLOCKS_AHEAD,
                Math.max(0, (lastAddress - first) >>> Integer.numberOfTrailingZeros(BLOCK_BYTES)) + 1);
        var count = (int) Math.clamp((wantedByteSize + BLOCK_BYTES - 1) / BLOCK_BYTES, 1, most);
        var bytes = stub.read(first, count * BLOCK_BYTES);
        for (var at = BLOCK_BYTES; at < bytes.length; at += BLOCK_BYTES) {
            blocks.put(first + at, Arrays.copyOfRange(bytes, at, Math.min(at + BLOCK_BYTES, bytes.length)));
        }
        var wanted = Arrays.copyOf(bytes, Math.min(BLOCK_BYTES, bytes.length));
        blocks.put(first, wanted);
        return wanted;
    }
}
