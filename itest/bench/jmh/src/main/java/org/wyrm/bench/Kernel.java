package org.wyrm.bench;

import java.util.Optional;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;
import org.wyrm.testkit.dump.LabKernel;

/** A kernel of the lab with its debugging information, mapped, and in the page cache after the first warm-up. */
@State(Scope.Benchmark)
public class Kernel {
    /** Its series. */
    @Param("6.1")
    public String series = "";

    private Optional<DebugFile> open = Optional.empty();

    /** Opens the kernel's {@code vmlinux}. */
    @Setup
    public void open() {
        var kernel = LabKernel.find(series)
                .orElseThrow(() -> new IllegalStateException("no kernel " + series + "; itest/lab/ensure.sh"));
        open = Optional.of(DebugFile.open(kernel.vmlinux()));
    }

    /** Closes it. */
    @TearDown
    public void close() {
        open.ifPresent(DebugFile::close);
    }

    DebugFile file() {
        return open.orElseThrow();
    }

    ByteSlice section(DwarfSection section) {
        return file().section(section.elfName()).orElseThrow();
    }

    /** {@return what is read of it, without anything decoded yet} */
    DwarfInfo dwarf() {
        var order = file().elf().bytes().order();
        return new DwarfInfo(new DwarfSections(order, section -> file().section(section.elfName()), null));
    }
}
