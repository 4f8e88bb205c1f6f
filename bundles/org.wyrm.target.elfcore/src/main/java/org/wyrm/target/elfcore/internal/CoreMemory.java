package org.wyrm.target.elfcore.internal;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSegment;
import org.wyrm.memory.spi.MemorySource;

/**
 * The memory of a core dump, from its program headers.
 *
 * @param hasHoles whether the file leaves out some of the memory it covers, on purpose
 */
record CoreMemory(List<MemorySource> physical, List<MemorySource> virtual, boolean hasHoles, List<String> warnings) {
    /** More than any writer makes (QEMU with paging: some hundreds); keeps the memory for them small. */
    private static final int MOST_SEGMENTS = 1 << 18;

    /** The physical address of memory that has none, as Linux writes it. */
    private static final long NO_ADDRESS = -1;

    /**
     * {@return the memory of a core dump}
     *
     * @param elf its headers
     * @param file all of it
     * @throws org.wyrm.base.error.MalformedDataException if a segment goes past the last address or offset
     */
    static CoreMemory of(ElfFile elf, FileView file) {
        return of(elf, file, false);
    }

    /**
     * {@return the memory of a process} What the file has no bytes for was not written, and is in the files that the
     * process had mapped, or nowhere.
     *
     * @param elf its headers
     * @param file all of it
     * @throws org.wyrm.base.error.MalformedDataException if a segment goes past the last address or offset
     */
    static CoreMemory ofProcess(ElfFile elf, FileView file) {
        return of(elf, file, true);
    }

    private static CoreMemory of(ElfFile elf, FileView file, boolean isProcess) {
        var segments = elf.segments();
        if (segments.size() > MOST_SEGMENTS) {
            throw new UnsupportedTargetException("%s: has %d program headers, more than %d are not supported"
                    .formatted(elf.bytes().name(), segments.size(), MOST_SEGMENTS));
        }
        var collector = new Collector(file, isProcess);
        for (var segment : segments) {
            var byteSize = isProcess ? fileByteSize(segment) : segment.memoryByteSize();
            if (segment.type() == ElfSegment.PT_LOAD && byteSize != 0) {
                collector.add(segment);
            }
        }
        return collector.memory();
    }

    /** {@return whether there is no memory at all} */
    boolean isEmpty() {
        return physical.isEmpty() && virtual.isEmpty();
    }

    /** {@return how many bytes of a segment's memory the file has; those it has beyond that memory do not count} */
    static long fileByteSize(ElfSegment segment) {
        return Long.compareUnsigned(segment.fileByteSize(), segment.memoryByteSize()) < 0
                ? segment.fileByteSize()
                : segment.memoryByteSize();
    }

    private static final class Collector {
        private final FileView file;
        private final boolean isProcess;
        private final List<MemorySource> physical = new ArrayList<>();
        private final List<MemorySource> virtual = new ArrayList<>();
        private boolean hasHoles;
        private long neededByteSize;

        Collector(FileView file, boolean isProcess) {
            this.file = file;
            this.isProcess = isProcess;
        }

        void add(ElfSegment segment) {
            var fileByteSize = fileByteSize(segment);
            var end = segment.offsetBytes() + fileByteSize;
            if (segment.offsetBytes() < 0 || fileByteSize < 0 || end < 0) {
                throw file.malformed(
                        segment.headerOffset(),
                        "a segment of 0x%x bytes at file offset 0x%x goes past the last offset there can be"
                                .formatted(fileByteSize, segment.offsetBytes()));
            }
            hasHoles |= fileByteSize != segment.memoryByteSize();
            neededByteSize = Math.max(neededByteSize, end);
            if (isProcess) {
                virtual.add(source(AddressSpace.VIRTUAL, segment, segment.virtualAddress()));
                return;
            }
            if (segment.physicalAddress() != NO_ADDRESS) {
                physical.add(source(AddressSpace.PHYSICAL, segment, segment.physicalAddress()));
            }
            // QEMU without paging, and with it for memory that nothing maps, repeats the physical address here
            // (dump.c, write_elf64_load): then it says nothing about virtual memory.
            if (segment.virtualAddress() != segment.physicalAddress()) {
                virtual.add(source(AddressSpace.VIRTUAL, segment, segment.virtualAddress()));
            }
        }

        private MemorySource source(AddressSpace space, ElfSegment segment, long address) {
            var last = address + (isProcess ? fileByteSize(segment) : segment.memoryByteSize()) - 1;
            if (Long.compareUnsigned(last, address) < 0) {
                throw file.malformed(
                        segment.headerOffset(),
                        "a segment of 0x%x bytes at %s address 0x%x goes past the last address there can be"
                                .formatted(segment.memoryByteSize(), space.label(), address));
            }
            return new SegmentMemory(space, segment, file, last);
        }

        CoreMemory memory() {
            var warnings = neededByteSize <= file.byteSize()
                    ? List.<String>of()
                    : List.of("the file is cut short: it ends at 0x%x, its segments need 0x%x"
                            .formatted(file.byteSize(), neededByteSize));
            return new CoreMemory(List.copyOf(physical), List.copyOf(virtual), hasHoles, warnings);
        }
    }
}
