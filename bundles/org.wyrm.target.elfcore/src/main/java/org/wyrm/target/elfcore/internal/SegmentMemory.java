package org.wyrm.target.elfcore.internal;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.elf.ElfSegment;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * One segment of a core dump: bytes of the file, in place, then zeros for what the file left out. Thread-safe.
 */
final class SegmentMemory implements MemorySource {
    private static final int ZEROS_BYTES = 1 << 16;
    private static final MemorySegment ZEROS =
            MemorySegment.ofArray(new byte[ZEROS_BYTES]).asReadOnly();

    private final AddressSpace space;
    private final long firstAddress;
    private final long lastAddress;
    private final long offset;
    private final long fileByteSize;
    private final FileView file;
    private final long presentByteSize;
    private final Chunk firstPiece;

    /**
     * @param space whose addresses of {@code segment} are meant; none of its sums overflows
     * @param file the file, which may end before the segment's bytes do
     * @param lastAddress of what is taken of it
     */
    SegmentMemory(AddressSpace space, ElfSegment segment, FileView file, long lastAddress) {
        this.space = space;
        this.firstAddress = space == AddressSpace.PHYSICAL ? segment.physicalAddress() : segment.virtualAddress();
        this.lastAddress = lastAddress;
        this.offset = segment.offsetBytes();
        this.fileByteSize = CoreMemory.fileByteSize(segment);
        this.file = file;
        var start = Math.min(offset, file.byteSize());
        this.presentByteSize = Math.min(fileByteSize, file.byteSize() - start);
        this.firstPiece =
                new Chunk(firstAddress, file.piece(start, presentByteSize).segment());
    }

    @Override
    public long firstAddress() {
        return firstAddress;
    }

    @Override
    public long lastAddress() {
        return lastAddress;
    }

    /** {@inheritDoc} Absent is what the file should have had after its end. */
    @Override
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        var distance = address - firstAddress;
        if (Long.compareUnsigned(distance, presentByteSize) < 0 || Long.compareUnsigned(distance, fileByteSize) >= 0) {
            return OptionalLong.of(address);
        }
        var firstZero = firstAddress + fileByteSize;
        return Long.compareUnsigned(firstZero - 1, lastAddress) < 0 ? OptionalLong.of(firstZero) : OptionalLong.empty();
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        if (firstPiece.contains(address)) {
            return firstPiece;
        }
        var distance = address - firstAddress;
        if (Long.compareUnsigned(distance, presentByteSize) < 0) {
            return new Chunk(
                    address,
                    file.piece(offset + distance, presentByteSize - distance).segment());
        }
        if (Long.compareUnsigned(distance, fileByteSize) < 0) {
            throw new FaultException(
                    FaultException.Kind.MISSING,
                    space,
                    address,
                    "the file is cut short: it ends at 0x%x, this address needs 0x%x"
                            .formatted(file.byteSize(), offset + distance));
        }
        var firstZero = firstAddress + fileByteSize;
        var first = firstZero + ((address - firstZero) & -ZEROS_BYTES);
        var left = lastAddress - first;
        var byteSize = Long.compareUnsigned(left, ZEROS_BYTES - 1) < 0 ? left + 1 : ZEROS_BYTES;
        return new Chunk(first, ZEROS.asSlice(0, byteSize));
    }
}
