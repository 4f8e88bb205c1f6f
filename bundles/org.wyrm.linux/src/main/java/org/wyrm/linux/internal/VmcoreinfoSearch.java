package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.search.MemorySearch;
import org.wyrm.memory.search.SearchPattern;
import org.wyrm.program.Program;
import org.wyrm.program.spi.TargetImage.Note;

/**
 * Finds a kernel in memory that nobody says anything of: the kernel keeps the text of VMCOREINFO in a page of its own, and
 * in the note that a crash kernel would be given.
 *
 * <p>Where QEMU says of a CPU which page tables it used, they lead to the kernel's image, and a pointer in that to the
 * text: little is read. Else all physical memory is searched. Copies of the text, such as of an earlier boot, are told
 * apart by whether the page tables that they tell of lead to the release that they tell.
 *
 * @kernel kernel/vmcore_info.c
 */
final class VmcoreinfoSearch {
    /** What is scanned at once, between two reports of progress. */
    private static final long STEP_BYTES = 1L << 28;

    /** More than any machine has; a damaged dump may tell of memory without end. */
    private static final long MOST_SCANNED_BYTES = 1L << 43;

    /** What of the image is read at once. */
    private static final int PIECE_BYTES = 1 << 16;

    private static final String QEMU = "QEMU";
    private static final String WRITABLE = "RW";

    private final Program.Builder program;
    private final TargetMemory physical;

    /** Those whose page tables lead to them, by the physical address of their {@code init_uts_ns}. */
    private final Map<Long, Found> found = new LinkedHashMap<>();

    private int refused;
    private @Nullable String firstReason;

    /** @param physicalAddress of the text */
    private record Found(LocatedKernel kernel, long physicalAddress) {}

    VmcoreinfoSearch(Program.Builder program) {
        this.program = program;
        this.physical = program.physicalMemory();
    }

    /**
     * {@return the kernel in the target's memory, and tells the user where it was found}
     *
     * @throws UnsupportedTargetException if there is none
     */
    LocatedKernel kernel() {
        for (var tables : pageTablesOfCpus()) {
            followPointers(tables);
            if (!found.isEmpty()) {
                return told();
            }
        }
        if (!program.image().isRemote()) {
            scan();
        }
        if (found.isEmpty()) {
            throw new UnsupportedTargetException(
                    "%s: %s of an operating system that is not recognised: it has no note VMCOREINFO, and %s; --vmcoreinfo FILE gives the text"
                            .formatted(program.name(), program.image().description(), outcome()));
        }
        return told();
    }

    private String outcome() {
        if (refused > 0) {
            return "of %d texts of it in memory none leads to its kernel (%s)".formatted(refused, firstReason);
        }
        return program.image().isRemote()
                ? "the registers of its CPUs do not lead to one"
                : "there is none in its memory";
    }

    private LocatedKernel told() {
        var first = found.values().iterator().next();
        if (found.size() > 1) {
            program.warn(
                    "no note VMCOREINFO; there are several kernels in memory: %s; the first is taken, --vmcoreinfo ADDRESS chooses"
                            .formatted(found.values().stream()
                                    .map(each -> "%s at physical 0x%x"
                                            .formatted(each.kernel.release(), each.physicalAddress))
                                    .collect(Collectors.joining(", "))));
        } else {
            program.warn(
                    "no note VMCOREINFO; that of kernel %s was found in memory at physical 0x%x (--vmcoreinfo 0x%x saves the search)"
                            .formatted(first.kernel.release(), first.physicalAddress, first.physicalAddress));
        }
        return first.kernel;
    }

    private List<PageTables> pageTablesOfCpus() {
        var tables = new ArrayList<PageTables>();
        for (var note : program.image().notes()) {
            if (note.name().equals(QEMU)) {
                tables.addAll(ofCpu(note));
            }
        }
        return tables;
    }

    private List<PageTables> ofCpu(Note note) {
        return program.architecture().pageTablesOfCpu(physical, note.description());
    }

    /**
     * Goes through what of the kernel's image can be written to, for pointers to a page with the text: from its end, since
     * they are among the variables that begin as zero, which come last.
     */
    private void followPointers(PageTables tables) {
        var memory = LocatedKernel.virtualMemory(program, tables);
        for (var page : writablePages(tables).reversed()) {
            for (var end = page.pageByteSize(); end > 0 && found.isEmpty(); end -= PIECE_BYTES) {
                var start = Math.max(0, end - PIECE_BYTES);
                followPointers(tables, memory, page.firstVirtualAddress() + start, (int) (end - start));
            }
        }
    }

    private List<PageTables.Translation> writablePages(PageTables tables) {
        var image = program.architecture().kernelImageRange();
        var pages = new ArrayList<PageTables.Translation>();
        for (var next = image.flatMap(range -> page(tables, range, range.firstAddress())); next.isPresent(); ) {
            var page = next.get();
            if (isWritable(tables, page.firstVirtualAddress())) {
                pages.add(page);
            }
            next = page(tables, image.get(), page.firstVirtualAddress() + page.pageByteSize());
        }
        return pages;
    }

    private Optional<PageTables.Translation> page(PageTables tables, AddressRange range, long address) {
        return range.contains(address)
                ? tables.nextPage(address, program.cancellation())
                        .filter(page -> range.contains(page.firstVirtualAddress()))
                : Optional.empty();
    }

    private static boolean isWritable(PageTables tables, long address) {
        var steps = tables.walk(address).steps();
        return !steps.isEmpty() && steps.getLast().entry().flags().contains(WRITABLE);
    }

    private void followPointers(PageTables tables, TargetMemory memory, long address, int byteSize) {
        var pointerBytes = program.architecture().pointerByteSize();
        var pageMask = (1L << program.architecture().pageShift()) - 1;
        byte[] content;
        try {
            content = memory.bytes(address, byteSize);
        } catch (FaultException absent) {
            return;
        }
        var bytes = ByteSlice.of("image", content, memory.order());
        for (var at = 0L; at < bytes.byteSize(); at += pointerBytes) {
            var pointer = bytes.u64(at);
            // All addresses of the kernel are in the upper half.
            if (pointer < 0 && (pointer & pageMask) == 0) {
                program.cancellation().check();
                consider(tables, pointer);
            }
        }
    }

    private void consider(PageTables tables, long pointer) {
        var page = tables.walk(pointer).page();
        page.ifPresent(translation ->
                consider(translation.firstPhysicalAddress() + pointer - translation.firstVirtualAddress()));
    }

    private void scan() {
        var pattern = SearchPattern.bytes(KeptVmcoreinfo.START);
        var done = 0L;
        var total = memoryByteSize();
        var next = physical.nextPresent(0, program.cancellation());
        try {
            while (next.isPresent() && done < MOST_SCANNED_BYTES) {
                program.progress().report("searching memory for VMCOREINFO", done, total);
                var first = next.getAsLong();
                var last = first + STEP_BYTES - 1;
                var isLast = Long.compareUnsigned(last, first) < 0;
                var range = new AddressRange(first, isLast ? -1 : last + KeptVmcoreinfo.START.length - 1);
                try (var matches = MemorySearch.of(physical)
                        .with(program.cancellation())
                        .range(range)
                        .find(pattern)) {
                    matches.forEach(match -> consider(match.address()));
                }
                done += STEP_BYTES;
                next = isLast ? OptionalLong.empty() : physical.nextPresent(last + 1, program.cancellation());
            }
        } finally {
            program.progress().end();
        }
    }

    private OptionalLong memoryByteSize() {
        var total = 0L;
        for (var source : program.image().physicalMemory()) {
            total += source.lastAddress() - source.firstAddress() + 1;
        }
        return total > 0 ? OptionalLong.of(total) : OptionalLong.empty();
    }

    private void consider(long physicalAddress) {
        var text = KeptVmcoreinfo.at(physical, physicalAddress);
        if (text.isEmpty()) {
            return;
        }
        try {
            var kernel = LocatedKernel.of(program, text.get());
            if (!kernel.checkRelease()) {
                refuse("it does not say where the release is");
                return;
            }
            var names = kernel.vmcoreinfo().requiredSymbol("init_uts_ns");
            var page = kernel.pageTables().translate(names);
            found.merge(
                    page.firstPhysicalAddress() + names - page.firstVirtualAddress(),
                    new Found(kernel, physicalAddress),
                    VmcoreinfoSearch::longer);
        } catch (MalformedDataException | FaultException wrong) {
            refuse(String.valueOf(wrong.getMessage()));
        }
    }

    private void refuse(String reason) {
        refused++;
        if (firstReason == null) {
            firstReason = reason;
        }
    }

    /** A kernel that crashes adds lines to one of its two copies. */
    private static Found longer(Found known, Found other) {
        return other.kernel.text().byteSize() > known.kernel.text().byteSize() ? other : known;
    }
}
