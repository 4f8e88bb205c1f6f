package org.wyrm.debuginfo.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSegment;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.MappedFile;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.AddressMapping.Piece;

/**
 * An executable or a library, and where a process has it.
 *
 * @param bias what the process adds to each address that the file has, in bytes
 */
record MappedImage(DebugFile file, long bias) {
    /** {@code PF_W} */
    private static final int WRITABLE = 2;

    private static final long PAGE_MASK = -4096;

    /** {@return the file as the process has it; empty if the process has nothing of it that the file says to load} */
    static Optional<MappedImage> of(DebugFile file, MappedFile mapped) {
        for (var mapping : mapped.mappings()) {
            for (var segment : loaded(file.elf())) {
                var first = segment.offsetBytes() & PAGE_MASK;
                var isPart = mapping.fileOffset() >= first
                        && mapping.fileOffset() < segment.offsetBytes() + segment.fileByteSize();
                if (isPart) {
                    var address = (segment.virtualAddress() & PAGE_MASK) + mapping.fileOffset() - first;
                    return Optional.of(new MappedImage(file, mapping.firstAddress() - address));
                }
            }
        }
        return Optional.empty();
    }

    private static List<ElfSegment> loaded(ElfFile elf) {
        return elf.segments().stream()
                .filter(segment -> segment.type() == ElfSegment.PT_LOAD && segment.memoryByteSize() > 0)
                .toList();
    }

    /** {@return where its addresses are, and those of a file with debugging information that has the same} */
    AddressMapping addresses() {
        var pieces = new ArrayList<Piece>();
        for (var segment : loaded(file.elf())) {
            var first = segment.virtualAddress();
            pieces.add(new Piece(first, segment.memoryByteSize(), first + bias));
        }
        return AddressMapping.ofPieces(pieces, Optional.empty());
    }

    /** {@return whether an address is in it} */
    boolean contains(long virtualAddress) {
        return addresses().toFile(virtualAddress).isPresent();
    }

    /**
     * {@return what of its memory cannot have changed, and dumps may leave out}
     *
     * @param dumped the memory that the dump has; what is there counts
     */
    List<MemorySource> constantMemory(TargetMemory dumped) {
        var sources = new ArrayList<MemorySource>();
        for (var segment : loaded(file.elf())) {
            if ((segment.flags() & WRITABLE) == 0) {
                var source = constant(segment, dumped);
                if (source != null) {
                    sources.add(source);
                }
            }
        }
        return sources;
    }

    /** What is mapped are whole pages, of which the segment may be a part. */
    private @Nullable MemorySource constant(ElfSegment segment, TargetMemory dumped) {
        var content = file.elf().bytes();
        var first = segment.offsetBytes() & PAGE_MASK;
        var end = Math.min(content.byteSize(), segment.offsetBytes() + segment.fileByteSize());
        if (first < 0 || end <= first) {
            return null;
        }
        return new Constant(
                dumped,
                new Chunk(
                        (segment.virtualAddress() & PAGE_MASK) + bias,
                        content.slice(first, end - first).segment()));
    }

    /** A page is as the dump has it, or as the file has. */
    private record Constant(TargetMemory dumped, Chunk content) implements MemorySource {
        @Override
        public long firstAddress() {
            return content.firstAddress();
        }

        @Override
        public long lastAddress() {
            return content.firstAddress() + content.bytes().byteSize() - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            var page = address & PAGE_MASK;
            var of = isDumped(address) ? dumped.chunk(address, wantedByteSize) : content;
            return of.between(
                    Long.compareUnsigned(page, of.firstAddress()) < 0 ? of.firstAddress() : page,
                    Math.min(page - PAGE_MASK, of.firstAddress() + of.bytes().byteSize()) - 1);
        }

        private boolean isDumped(long address) {
            var next = dumped.nextPresent(address, new Cancellation());
            return next.isPresent() && next.getAsLong() == address;
        }
    }
}
