package org.wyrm.target.kcore.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfNote;
import org.wyrm.elf.ElfSegment;
import org.wyrm.elf.constants.ElfMachine;

/**
 * What the headers of {@code /proc/kcore} tell: where in the file the kernel's addresses are.
 *
 * <p>Physical addresses are those of the direct map and of the kernel's image, since Linux kernel commit 464920104bf7
 * ("/proc/kcore: update physical address for kcore ram and text") (in v4.11). The image counts as virtual memory only:
 * what it gave back after the start is not mapped there any more, and used for something else.
 *
 * @param architecture as {@code uname -m} prints it
 * @param physical the direct map
 * @param virtual the direct map and the image; what else there is, is found by page tables
 * @kernel fs/proc/kcore.c
 */
record KcoreHeaders(String architecture, List<Segment> physical, List<Segment> virtual, List<ElfNote> notes) {
    private static final long NO_ADDRESS = -1;

    /**
     * A segment of memory.
     *
     * @param firstAddress virtual or physical
     * @param byteSize above 0
     * @param offset of its first byte in the file
     */
    record Segment(long firstAddress, long byteSize, long offset) {
        boolean contains(long address) {
            return Long.compareUnsigned(address - firstAddress, byteSize) < 0;
        }

        long lastAddress() {
            return firstAddress + byteSize - 1;
        }
    }

    /**
     * {@return what the headers tell}
     *
     * @param elf as much of the file as its headers and notes take
     * @throws org.wyrm.base.error.MalformedDataException if they break a rule
     * @throws UnsupportedTargetException if they give no physical addresses, or the machine is not known
     */
    static KcoreHeaders of(ElfFile elf) {
        var name = elf.bytes().name();
        var machine = ElfMachine.of(elf.machine())
                .orElseThrow(() -> new UnsupportedTargetException(
                        name + ": is of a machine that is not known, number " + elf.machine()));
        var virtual = new ArrayList<Segment>();
        var physical = new HashMap<Long, List<Segment>>();
        for (var segment : elf.segments()) {
            if (isPlaced(segment)) {
                check(elf, segment);
                var byteSize = segment.memoryByteSize();
                virtual.add(new Segment(segment.virtualAddress(), byteSize, segment.offsetBytes()));
                physical.computeIfAbsent(
                                segment.virtualAddress() - segment.physicalAddress(), distance -> new ArrayList<>())
                        .add(new Segment(segment.physicalAddress(), byteSize, segment.offsetBytes()));
            }
        }
        return new KcoreHeaders(
                machine.unameMachine(elf.addressBits(), elf.bytes().order()),
                directMap(physical.values())
                        .orElseThrow(() -> new UnsupportedTargetException(
                                name + ": gives no physical addresses; that of Linux 4.11 and later does")),
                List.copyOf(virtual),
                elf.notes());
    }

    private static boolean isPlaced(ElfSegment segment) {
        // Before v4.11, all of them have 0.
        return segment.type() == ElfSegment.PT_LOAD
                && segment.memoryByteSize() != 0
                && segment.physicalAddress() != 0
                && segment.physicalAddress() != NO_ADDRESS;
    }

    private static void check(ElfFile elf, ElfSegment segment) {
        var last = segment.memoryByteSize() - 1;
        if (segment.offsetBytes() < 0
                || segment.offsetBytes() + last < segment.offsetBytes()
                || Long.compareUnsigned(segment.virtualAddress() + last, segment.virtualAddress()) < 0
                || Long.compareUnsigned(segment.physicalAddress() + last, segment.physicalAddress()) < 0) {
            throw elf.bytes()
                    .malformed(
                            segment.headerOffset(),
                            "a segment of 0x%x bytes at virtual address 0x%x goes past the last address there can be"
                                    .formatted(segment.memoryByteSize(), segment.virtualAddress()));
        }
    }

    /** All segments of the direct map are as far from their physical addresses; together they are more than the image. */
    private static Optional<List<Segment>> directMap(Iterable<List<Segment>> byDistance) {
        var found = Optional.<List<Segment>>empty();
        var most = 0L;
        for (var segments : byDistance) {
            var byteSize = segments.stream().mapToLong(Segment::byteSize).sum();
            if (byteSize > most) {
                most = byteSize;
                found = Optional.of(List.copyOf(segments));
            }
        }
        return found;
    }
}
