package org.wyrm.symbols.dwarf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.symbols.UnwindTable.CallFrames.Format;
import org.wyrm.symbols.UnwindTable.Orc;
import org.wyrm.symbols.spi.UnwindTableFinder;

/** The call frame information of a file, and the ORC table of a kernel's. Nothing is read before it is asked for. Thread-safe. */
public final class DwarfUnwindTables implements UnwindTableFinder {
    private final DebugSections content;
    private final AddressMapping mapping;
    private volatile @Nullable List<UnwindTable> tables;

    /**
     * Makes one.
     *
     * @param content of the file
     * @param mapping where its addresses are
     */
    public DwarfUnwindTables(DebugSections content, AddressMapping mapping) {
        this.content = content;
        this.mapping = mapping;
    }

    @Override
    public List<UnwindTable> unwindTablesAt(long virtualAddress) {
        if (mapping.toFile(virtualAddress).isEmpty()) {
            return List.of();
        }
        var known = tables;
        return known != null ? known : read();
    }

    private synchronized List<UnwindTable> read() {
        var known = tables;
        if (known == null) {
            var found = new ArrayList<UnwindTable>();
            add(found, ".debug_frame", content.areTextsMerged() ? Format.DEBUG_FRAME : Format.DEBUG_FRAME_AT_ZERO);
            add(found, ".eh_frame", Format.EH_FRAME);
            content.kernelRelease().ifPresent(release -> addOrc(found, release));
            known = List.copyOf(found);
            tables = known;
        }
        return known;
    }

    /** Of the kernel's image only: the addresses of a module's table are relative to where its sections are in the file. */
    private void addOrc(List<UnwindTable> found, String release) {
        if (!content.areTextsMerged()) {
            return;
        }
        var addresses = content.find(".orc_unwind_ip");
        var entries = content.find(".orc_unwind");
        var first = mapping.toTarget(content.address(".orc_unwind_ip"));
        if (addresses.isPresent() && addresses.get().byteSize() > 0 && entries.isPresent() && first.isPresent()) {
            var header = content.find(".orc_header").filter(bytes -> bytes.byteSize() > 0);
            found.add(new Orc(addresses.get(), first.getAsLong(), entries.get(), header, release));
        }
    }

    private void add(List<UnwindTable> found, String name, Format format) {
        if (content.byteSize(name) > 0) {
            found.add(new CallFrames(
                    format,
                    () -> content.find(name).orElseThrow(),
                    content.address(name),
                    content.addressByteSize(),
                    mapping));
        }
    }
}
