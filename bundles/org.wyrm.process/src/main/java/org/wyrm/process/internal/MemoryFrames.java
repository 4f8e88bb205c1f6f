package org.wyrm.process.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.Program;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.UnwindTableFinder;

/**
 * The call frame information of a process, from its memory: programs have it for exceptions. It is asked after that of
 * files, and needs none.
 *
 * @elf PT_GNU_EH_FRAME
 */
final class MemoryFrames implements SymbolSource, UnwindTableFinder {
    private static final int VERSION = 1;

    /** {@code DW_EH_PE_pcrel | DW_EH_PE_sdata4}: what linkers write. */
    private static final int RELATIVE = 0x1b;

    private static final int MOST_BYTES = 1 << 28;

    private final Program program;
    private final List<Long> headers;
    private @Nullable List<Image> images;

    /**
     * @param program whose memory has the images
     * @param headers where ELF files begin in memory
     */
    MemoryFrames(Program program, List<Long> headers) {
        this.program = program;
        this.headers = headers;
    }

    /** An ELF file in memory. */
    private record Image(MemoryElf elf, List<UnwindTable> tables) {}

    @Override
    public String name() {
        return "eh_frame of memory";
    }

    @Override
    public Optional<UnwindTableFinder> unwindTables() {
        return Optional.of(this);
    }

    @Override
    public List<UnwindTable> unwindTablesAt(long virtualAddress) {
        for (var image : images()) {
            if (image.elf.contains(virtualAddress)) {
                return image.tables;
            }
        }
        return List.of();
    }

    private synchronized List<Image> images() {
        var known = images;
        if (known == null) {
            var found = new ArrayList<Image>();
            headers.forEach(header -> image(header).ifPresent(found::add));
            known = List.copyOf(found);
            images = known;
        }
        return known;
    }

    private Optional<Image> image(long header) {
        try {
            return MemoryElf.read(program.memory(), header).map(elf -> new Image(elf, tables(elf)));
        } catch (FaultException absent) {
            // The file may have it.
            return Optional.empty();
        }
    }

    private List<UnwindTable> tables(MemoryElf elf) {
        var header = elf.exceptionFrames();
        if (header.isEmpty()) {
            return List.of();
        }
        var memory = program.memory();
        var at = header.getAsLong();
        if (memory.u8(at) != VERSION || memory.u8(at + 1) != RELATIVE) {
            return List.of();
        }
        var first = at + Integer.BYTES + memory.s32(at + Integer.BYTES);
        var byteSize = byteSize(memory, first);
        return List.of(new CallFrames(
                CallFrames.Format.EH_FRAME,
                () -> memory.slice(".eh_frame at 0x%x".formatted(first), first, byteSize),
                first,
                program.architecture().pointerByteSize(),
                elf));
    }

    /** Entries follow each other, each with its length, up to one of length 0. */
    private int byteSize(TargetMemory memory, long first) {
        var at = first;
        while (at - first < MOST_BYTES) {
            program.cancellation().check();
            var length = memory.u32(at);
            if (length == 0) {
                return (int) (at - first);
            }
            at += Integer.BYTES + (length == 0xffff_ffffL ? Long.BYTES + memory.u64(at + Integer.BYTES) : length);
            if (at - first < 0) {
                return 0;
            }
        }
        return 0;
    }
}
