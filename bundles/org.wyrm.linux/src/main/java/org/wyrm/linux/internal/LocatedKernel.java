package org.wyrm.linux.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.Program;

/**
 * A kernel in a target's memory.
 *
 * @param text of its VMCOREINFO
 * @param vmcoreinfo what that says
 * @param pageTables those that VMCOREINFO leads to
 * @param memory the virtual memory that they give
 */
record LocatedKernel(ByteSlice text, Vmcoreinfo vmcoreinfo, PageTables pageTables, TargetMemory memory) {
    /** {@code __NEW_UTS_LEN + 1}: the size of a field of {@code struct new_utsname}, in bytes. */
    static final int UTS_FIELD_BYTES = 65;

    private static final int UTS_RELEASE_INDEX = 2;

    /** What {@code sysname} is, the first field. */
    static final String UTS_SYSTEM = "Linux";

    /**
     * {@code OFFSET(uts_namespace.name)} where VMCOREINFO does not tell it. Before Linux kernel commit 9a56493f6942
     * ("uts: Use generic ns_common::count") (in v5.11) a counter came first.
     */
    private static final List<Long> USUAL_NAME_OFFSETS = List.of(0L, 4L);

    /**
     * {@return the kernel that VMCOREINFO tells of; whether it is there, is to be checked}
     *
     * @throws org.wyrm.base.error.MalformedDataException if it does not say where the page tables are
     */
    static LocatedKernel of(Program.Builder program, ByteSlice text) {
        var vmcoreinfo = new Vmcoreinfo(text);
        return of(
                program,
                text,
                vmcoreinfo,
                program.architecture().kernelPageTables(program.physicalMemory(), vmcoreinfo));
    }

    private static LocatedKernel of(
            Program.Builder program, ByteSlice text, Vmcoreinfo vmcoreinfo, PageTables pageTables) {
        return new LocatedKernel(text, vmcoreinfo, pageTables, virtualMemory(program, pageTables));
    }

    /**
     * {@return the virtual memory that page tables give} The addresses that dumps give themselves are right in some of them
     * only; those that a running kernel gives are right.
     */
    static TargetMemory virtualMemory(Program.Builder program, PageTables pageTables) {
        var translated = new TranslatedMemory(pageTables, program.physicalMemory());
        var sources = new ArrayList<MemorySource>();
        for (var shown : program.image().virtualMemory()) {
            if (!shown.isStable()) {
                sources.add(new ShownMemory(
                        shown, pageTables, translated, program.architecture().pageShift()));
            }
        }
        sources.add(translated);
        return new TargetMemory(AddressSpace.VIRTUAL, program.architecture().order(), sources);
    }

    String release() {
        return vmcoreinfo.get("OSRELEASE");
    }

    /**
     * {@return whether the page tables lead to the release that VMCOREINFO tells; not, if it does not say where that is}
     *
     * @throws org.wyrm.base.error.MalformedDataException if they lead to another, or to nothing
     */
    boolean checkRelease() {
        var told = release();
        var address = releaseAddress();
        if (address.isEmpty()) {
            return false;
        }
        String found;
        try {
            found = memory.cString(address.getAsLong(), UTS_FIELD_BYTES);
        } catch (FaultException fault) {
            throw text.malformed(
                    0, "VMCOREINFO places init_uts_ns where memory cannot be read (%s)".formatted(fault.getMessage()));
        }
        if (!found.equals(told)) {
            var printable = new String(found.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
            throw text.malformed(
                    0,
                    "VMCOREINFO tells of kernel %s, but the release in memory at 0x%x is '%s'"
                            .formatted(told, address.getAsLong(), printable));
        }
        return true;
    }

    private OptionalLong releaseAddress() {
        var names = vmcoreinfo.symbol("init_uts_ns");
        if (names.isEmpty()) {
            return OptionalLong.empty();
        }
        var offset = vmcoreinfo.offset("uts_namespace.name");
        if (offset.isEmpty()) {
            offset = usualNameOffset(names.getAsLong());
        }
        return offset.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(names.getAsLong() + offset.getAsLong() + (long) UTS_FIELD_BYTES * UTS_RELEASE_INDEX);
    }

    private OptionalLong usualNameOffset(long names) {
        for (var offset : USUAL_NAME_OFFSETS) {
            try {
                if (memory.cString(names + offset, UTS_FIELD_BYTES).equals(UTS_SYSTEM)) {
                    return OptionalLong.of(offset);
                }
            } catch (FaultException absent) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }
}
