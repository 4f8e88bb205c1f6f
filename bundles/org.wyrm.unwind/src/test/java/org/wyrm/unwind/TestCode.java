package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.dwarf.constants.DwCallFrameInstruction;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.TailCall;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.UnwindTable.CallFrames;
import org.wyrm.symbols.UnwindTable.Orc;
import org.wyrm.symbols.spi.LineFinder;
import org.wyrm.symbols.spi.ScopeFinder;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.UnwindTableFinder;
import org.wyrm.testkit.dwarf.CallFrameBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** What is known of code: tables that tests build, and scopes and calls at addresses. */
final class TestCode implements SymbolSource, UnwindTableFinder, ScopeFinder, LineFinder {
    /** The CFA is 8 above the stack pointer, the return address is below it. */
    static final Part CALLED =
            program -> program.u8s(cfa("DW_CFA_def_cfa"), BuiltFrame.RSP, 8, cfa("DW_CFA_offset") | BuiltFrame.RIP, 1);

    private static final long ORC_ADDRESS = 0x50_0000;
    private static final int ABSOLUTE = 0;

    private final List<UnwindTable> tables = new ArrayList<>();
    private final Map<Long, List<Scope>> scopes = new HashMap<>();
    private final Map<Long, List<SourceFrame>> frames = new HashMap<>();
    private final Map<Long, CallSite> calls = new HashMap<>();
    private final Map<Long, List<TailCall>> tailCalls = new HashMap<>();
    private @Nullable DebuggerException failure;

    static int cfa(String name) {
        return DwCallFrameInstruction.valueOf(name).number();
    }

    TestCode table(UnwindTable table) {
        tables.add(table);
        return this;
    }

    /** Adds call frame information of one function. */
    TestCode callFrames(long start, long byteSize, Part program) {
        return table(ofFunction(start, byteSize, program));
    }

    /** Adds call frame information of one function that a signal interrupts. */
    TestCode signalFrames(long start, long byteSize, Part program) {
        return table(ofBytes(built(start, byteSize, "zRS", program)));
    }

    /** Adds an ORC table of a release with one entry. */
    TestCode orc(String release, long start, int spOffset, int bpOffset, int flags) {
        var addresses = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4).u32(start - ORC_ADDRESS);
        var entries = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4)
                .u16(spOffset)
                .u16(bpOffset)
                .u16(flags);
        return table(ofBytes(addresses.build(), entries.build(), release));
    }

    TestCode scopes(long address, Scope... known) {
        scopes.put(address, List.of(known));
        return this;
    }

    TestCode frames(long address, SourceFrame... known) {
        frames.put(address, List.of(known));
        return this;
    }

    TestCode call(long returnAddress, CallSite site) {
        calls.put(returnAddress, site);
        return this;
    }

    TestCode tailCalls(long function, TailCall... known) {
        tailCalls.put(function, List.of(known));
        return this;
    }

    /** Says that tables cannot be had, others than those added. */
    TestCode failure(DebuggerException why) {
        failure = why;
        return this;
    }

    static CallFrames ofFunction(long start, long byteSize, Part program) {
        return ofBytes(built(start, byteSize, "zR", program));
    }

    private static byte[] built(long start, long byteSize, String augmentation, Part program) {
        var built = new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, true);
        var cie = built.cie(1, augmentation, data -> data.uleb(1).u8(ABSOLUTE), none -> {});
        built.fde(cie, head -> head.u64(start).u64(byteSize).uleb(0), program);
        return built.build();
    }

    static CallFrames ofBytes(byte[] content) {
        return new CallFrames(
                CallFrames.Format.EH_FRAME,
                () -> ByteSlice.of(".eh_frame", content, ByteOrder.LITTLE_ENDIAN),
                0x60_0000,
                8,
                new SamePlaces());
    }

    static Orc ofBytes(byte[] addresses, byte[] entries, String release) {
        return new Orc(
                ByteSlice.of(".orc_unwind_ip", addresses, ByteOrder.LITTLE_ENDIAN),
                ORC_ADDRESS,
                ByteSlice.of(".orc_unwind", entries, ByteOrder.LITTLE_ENDIAN),
                Optional.empty(),
                release);
    }

    private record SamePlaces() implements UnwindTable.Addresses {
        @Override
        public OptionalLong toFile(long virtualAddress) {
            return OptionalLong.of(virtualAddress);
        }

        @Override
        public OptionalLong toTarget(long fileAddress) {
            return OptionalLong.of(fileAddress);
        }
    }

    @Override
    public String name() {
        return "code";
    }

    @Override
    public Optional<UnwindTableFinder> unwindTables() {
        return Optional.of(this);
    }

    @Override
    public Optional<ScopeFinder> scopes() {
        return Optional.of(this);
    }

    @Override
    public Optional<LineFinder> lines() {
        return Optional.of(this);
    }

    @Override
    public List<UnwindTable> unwindTablesAt(long virtualAddress) {
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(tables);
    }

    @Override
    public List<Scope> scopesAt(long virtualAddress) {
        return scopes.getOrDefault(virtualAddress, List.of());
    }

    @Override
    public Optional<CallSite> callSiteAt(long returnAddress) {
        return Optional.ofNullable(calls.get(returnAddress));
    }

    @Override
    public Optional<List<TailCall>> tailCallsOf(long functionAddress) {
        return Optional.ofNullable(tailCalls.get(functionAddress));
    }

    @Override
    public List<SourceFrame> framesAt(long virtualAddress) {
        return frames.getOrDefault(virtualAddress, List.of());
    }

    @Override
    public List<SourceLine> findLine(String file, int line) {
        return List.of();
    }
}
