package org.wyrm.unwind;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.OptionalLong;
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

/** The tables of a program, decoded once each. Thread-safe. */
final class DecodedTables {
    private final IdentityHashMap<UnwindTable, Object> decoded = new IdentityHashMap<>();

    static DecodedTables of(Program program) {
        return program.cached(DecodedTables.class, made -> new DecodedTables());
    }

    /** {@return what an ORC table says of an address; empty if it says that nothing is known} */
    Optional<OrcEntry> entry(Orc table, long address) {
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
