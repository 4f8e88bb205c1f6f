package org.wyrm.linux;

import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.unwind.spi.ThreadFinder;

/** What is known of the kernel that a program is, beyond its types and variables. Thread-safe. */
public final class LinuxKernel {
    private final Vmcoreinfo vmcoreinfo;
    private final SymbolFinder kallsyms;

    /** Made by the operating system's part of this bundle. */
    public LinuxKernel(Vmcoreinfo vmcoreinfo, SymbolFinder kallsyms) {
        this.vmcoreinfo = vmcoreinfo;
        this.kallsyms = kallsyms;
    }

    /**
     * {@return the kernel that a program is}
     *
     * @throws org.wyrm.base.error.LookupFailedException if it is no Linux kernel
     */
    public static LinuxKernel of(Program program) {
        return program.extension(LinuxKernel.class);
    }

    /**
     * {@return the same program}
     *
     * @throws UsageException if it is a process, of which nothing would be found that is about kernels
     */
    public static Program require(Program program) {
        var threads = program.findExtension(ThreadFinder.class);
        if (threads.isPresent() && !threads.get().isKernel()) {
            throw new UsageException("the target is a process: this command is about kernels");
        }
        return program;
    }

    /** {@return what the kernel says of itself} */
    public Vmcoreinfo vmcoreinfo() {
        return vmcoreinfo;
    }

    /** {@return the symbols of the kernel's own image, without its modules} */
    public SymbolFinder kallsyms() {
        return kallsyms;
    }
}
