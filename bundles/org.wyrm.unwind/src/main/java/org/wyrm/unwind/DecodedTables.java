package org.wyrm.unwind;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.CallFrameRow;
import org.wyrm.dwarf.CallFrameSection;
import org.wyrm.dwarf.CallFrameTable;
import org.wyrm.dwarf.PointerBases;
import org.wyrm.dwarf.ZeroAddress;
import org.wyrm.memory.TargetMemory;
import org.wyrm.orc.OrcEntry;
import org.wyrm.orc.OrcLayout;
import org.wyrm.orc.OrcTable;
import org.wyrm.orc.OrcType;
import org.wyrm.program.Program;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.symbols.UnwindTable.Orc;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.UnwindTableFinder;

/** The tables of a program, decoded once each. Thread-safe. */
final class DecodedTables {
    private static final int MOST_RULES = 1 << 16;

    private final IdentityHashMap<UnwindTable, Object> decoded = new IdentityHashMap<>();
    private final ConcurrentHashMap<Long, Rules> rules = new ConcurrentHashMap<>();

    /**
     * What tables tell of an address of code.
     *
     * @param failure why a source could not tell; another may have what it takes
     */
    record Rules(
            List<UnwindTable> tables,
            @Nullable OrcEntry orc,
            @Nullable DebuggerException failure) {}

    static DecodedTables of(Program program) {
        return program.cached(DecodedTables.class, made -> new DecodedTables());
    }

    /** {@return the tables for an address; kept, as the tasks of a machine wait in a few places} */
    Rules rules(Program program, long address) {
        var known = rules.get(address);
        if (known == null) {
            known = lookUp(program.sources(), address);
            if (known.failure == null && rules.size() < MOST_RULES) {
                rules.put(address, known);
            }
        }
        return known;
    }

    private Rules lookUp(List<SymbolSource> sources, long address) {
        var found = new ArrayList<UnwindTable>(4);
        var orc = (OrcEntry) null;
        var failure = (DebuggerException) null;
        // Where a file with debugging information has ORC, the target's own need not be read.
        for (var source : sources) {
            var finder = orc == null ? source.unwindTables() : Optional.<UnwindTableFinder>empty();
            if (finder.isPresent()) {
                try {
                    var tables = finder.get().unwindTablesAt(address);
                    found.addAll(tables);
                    orc = orc(tables, address);
                } catch (CancelledException e) {
                    throw e;
                } catch (DebuggerException e) {
                    failure = e;
                }
            }
        }
        return new Rules(found, orc, failure);
    }

    private @Nullable OrcEntry orc(List<UnwindTable> tables, long address) {
        for (var table : tables) {
            if (table instanceof Orc orc) {
                var entry = entry(orc, address);
                if (entry.isPresent()) {
                    return entry.get();
                }
            }
        }
        return null;
    }

    /** {@return what an ORC table says of an address; empty if it says that nothing is known} */
    private Optional<OrcEntry> entry(Orc table, long address) {
        var decodedTable = decoded(table);
        var index = decodedTable.find(address);
        return index.isEmpty()
                ? Optional.empty()
                : Optional.of(decodedTable.entry(index.getAsInt())).filter(entry -> entry.type() != OrcType.UNDEFINED);
    }

    private synchronized OrcTable decoded(Orc table) {
        return (OrcTable) decoded.computeIfAbsent(table, key -> {
            var layout = table.header().map(OrcLayout::ofHeader).orElseGet(() -> OrcLayout.ofRelease(table.release()));
            var decodedTable = OrcTable.of(table.addresses(), table.addressesAddress(), table.entries(), layout);
            // Older kernels sort it when they start.
            return layout == OrcLayout.LINUX_4_14 ? decodedTable : decodedTable.takenAsSorted();
        });
    }

    /** {@return the row of call frame information for an address, if there is one} */
    Optional<CallFrameRow> row(CallFrames table, TargetMemory memory, long virtualAddress) {
        var address = table.addresses().toFile(virtualAddress);
        return address.isEmpty()
                ? Optional.empty()
                : decoded(table, memory).find(address.getAsLong()).map(entry -> entry.row(address.getAsLong()));
    }

    /** {@return why something in call frame information could not be decoded, if so} */
    Optional<MalformedDataException> problem(CallFrames table, TargetMemory memory) {
        return decoded(table, memory).problems().stream().findFirst();
    }

    private synchronized CallFrameTable decoded(CallFrames table, TargetMemory memory) {
        return (CallFrameTable) decoded.computeIfAbsent(
                table,
                key -> new CallFrameTable(
                        switch (table.format()) {
                            case DEBUG_FRAME ->
                                CallFrameSection.debugFrame(
                                        table.content(), table.addressByteSize(), ZeroAddress.IS_DEAD);
                            case DEBUG_FRAME_AT_ZERO ->
                                CallFrameSection.debugFrame(
                                        table.content(), table.addressByteSize(), ZeroAddress.IS_CODE);
                            case EH_FRAME ->
                                CallFrameSection.ehFrame(
                                        table.content(),
                                        table.addressByteSize(),
                                        new PointerBases(
                                                table.sectionAddress(),
                                                OptionalLong.empty(),
                                                OptionalLong.empty(),
                                                Optional.of(address -> pointer(table, memory, address))));
                        }));
    }

    private static OptionalLong pointer(CallFrames table, TargetMemory memory, long fileAddress) {
        var address = table.addresses().toTarget(fileAddress);
        if (address.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(memory.u64(address.getAsLong()));
        } catch (org.wyrm.base.error.FaultException absent) {
            return OptionalLong.empty();
        }
    }
}
