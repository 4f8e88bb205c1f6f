package org.wyrm.linux.internal;

import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.linux.LinuxKernel;
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
    /** {@inheritDoc} Any memory by physical address may have a kernel in it: where nothing tells of it, it is looked for. */
    @Override
    public boolean recognises(TargetImage image) {
        return image.vmcoreinfo().isPresent() || !image.physicalMemory().isEmpty();
    }

    @Override
    public void attach(TargetImage image, Program.Builder program, Contributions contributions) {
        var architecture = program.architecture();
        var kernel = locate(program);
        var vmcoreinfo = kernel.vmcoreinfo();
        var memory = kernel.memory();
        var kernelImage = new KernelImage(program.cache(), vmcoreinfo, memory);
        var kallsyms = new KernelSymbols(
                vmcoreinfo, memory, architecture.pointerByteSize(), kernelImage, program.cache(), program::warn);
        var types = BtfTypes.ofKernel(
                () -> kallsyms.between("__start_BTF", "__stop_BTF"),
                architecture.pointerByteSize(),
                () -> kallsyms.address("__per_cpu_start"),
                program::warn);
        program.memory(memory)
                .mainImage(new MainImage(
                        vmcoreinfo.get("OSRELEASE"),
                        vmcoreinfo.find("BUILD-ID"),
                        vmcoreinfo.kernelOffset().orElse(0)))
                .source(types)
                .source(kallsyms.source())
                .modules(ModuleLister::list)
                .source(view -> new ModuleSymbolSource(view, types, program::warn))
                .source(view -> new OrcSource(view, vmcoreinfo, kallsyms))
                .onClose(() -> kallsyms.keep(types))
                .extension(PageTables.class, kernel.pageTables())
                .extension(ThreadFinder.class, new KernelThreads())
                .extension(AddressNamer.class, new KernelAddresses())
                .extension(LinuxKernel.class, new LinuxKernel(vmcoreinfo, kallsyms.finder()));
    }

    private static LocatedKernel locate(Program.Builder program) {
        var text = program.vmcoreinfo();
        if (text.isEmpty()) {
            return new VmcoreinfoSearch(program).kernel();
        }
        var kernel = LocatedKernel.of(program, text.get());
        kernel.checkRelease();
        return kernel;
    }
}
