package org.wyrm.linux.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.Vmcoreinfo;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.Program;
import org.wyrm.program.spi.MainImage;
import org.wyrm.program.spi.OperatingSystem;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.unwind.spi.AddressNamer;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * Linux. From VMCOREINFO come the page tables and the tables of kallsyms; from kallsyms the place of the kernel's BTF;
 * from the list of modules their symbols and BTF. All but the page tables are looked at when they are first asked.
 */
@Contributes(type = OperatingSystem.class, name = "linux")
public final class LinuxSystem implements OperatingSystem {
    /** {@code __NEW_UTS_LEN + 1}: the size of a field of {@code struct new_utsname}, in bytes. */
    private static final int UTS_FIELD_BYTES = 65;

    private static final int UTS_RELEASE_INDEX = 2;

    @Override
    public boolean recognises(TargetImage image) {
        return image.vmcoreinfo().isPresent();
    }

    @Override
    public void attach(TargetImage image, Program.Builder program, Contributions contributions) {
        var vmcoreinfo = new Vmcoreinfo(image.vmcoreinfo().orElseThrow());
        var architecture = program.architecture();
        var pageTables = architecture.kernelPageTables(program.physicalMemory(), vmcoreinfo);
        var memory =
                new TargetMemory(AddressSpace.VIRTUAL, architecture.order(), virtualMemory(image, program, pageTables));
        checkRelease(image, vmcoreinfo, memory);
        var kernelImage = new KernelImage(program.cache(), vmcoreinfo, memory);
        var kallsyms = new KernelSymbols(vmcoreinfo, memory, architecture.pointerByteSize(), kernelImage);
        var types = BtfTypes.ofKernel(
                () -> kallsyms.between("__start_BTF", "__stop_BTF"),
                architecture.pointerByteSize(),
                () -> kallsyms.address("__per_cpu_start"));
        program.memory(memory)
                .mainImage(new MainImage(
                        vmcoreinfo.get("OSRELEASE"),
                        vmcoreinfo.find("BUILD-ID"),
                        vmcoreinfo.kernelOffset().orElse(0)))
                .source(types)
                .source(kallsyms.source())
                .modules(ModuleLister::list)
                .source(view -> new ModuleSymbolSource(view, types))
                .source(view -> new OrcSource(view, vmcoreinfo, kallsyms))
                .onClose(() -> kallsyms.keep(types))
                .extension(PageTables.class, pageTables)
                .extension(ThreadFinder.class, new KernelThreads())
                .extension(AddressNamer.class, new KernelAddresses())
                .extension(LinuxKernel.class, new LinuxKernel(vmcoreinfo, kallsyms.finder()));
    }

    /**
     * By page tables: the addresses that dumps give themselves are right in some of them only. Those that a running kernel
     * gives are right.
     */
    private static List<MemorySource> virtualMemory(TargetImage image, Program.Builder program, PageTables pageTables) {
        var translated = new TranslatedMemory(pageTables, program.physicalMemory());
        var sources = new ArrayList<MemorySource>();
        for (var shown : image.virtualMemory()) {
            if (!shown.isStable()) {
                sources.add(new ShownMemory(
                        shown, pageTables, translated, program.architecture().pageShift()));
            }
        }
        sources.add(translated);
        return sources;
    }

    /** Sees to it that the page tables lead to the kernel that VMCOREINFO tells of. */
    private static void checkRelease(TargetImage image, Vmcoreinfo vmcoreinfo, TargetMemory memory) {
        var told = vmcoreinfo.get("OSRELEASE");
        var names = vmcoreinfo.symbol("init_uts_ns");
        var offset = vmcoreinfo.offset("uts_namespace.name");
        if (names.isEmpty() || offset.isEmpty()) {
            return;
        }
        var address = names.getAsLong() + offset.getAsLong() + (long) UTS_FIELD_BYTES * UTS_RELEASE_INDEX;
        String found;
        try {
            found = memory.cString(address, UTS_FIELD_BYTES);
        } catch (FaultException fault) {
            throw image.vmcoreinfo()
                    .orElseThrow()
                    .malformed(
                            0,
                            "VMCOREINFO places init_uts_ns where memory cannot be read (%s)"
                                    .formatted(fault.getMessage()));
        }
        if (!found.equals(told)) {
            var printable = new String(found.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
            throw image.vmcoreinfo()
                    .orElseThrow()
                    .malformed(
                            0,
                            "VMCOREINFO tells of kernel %s, but the release in memory at 0x%x is '%s'"
                                    .formatted(told, address, printable));
        }
    }
}
