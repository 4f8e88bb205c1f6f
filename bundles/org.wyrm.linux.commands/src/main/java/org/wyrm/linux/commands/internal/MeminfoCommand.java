package org.wyrm.linux.commands.internal;

import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.swap.Swap;
import org.wyrm.linux.vmstat.Vmstat;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;

/** Tells what memory is used for. */
@ProvidesCommand(
        name = "meminfo",
        aliases = "free",
        summary = "tell what memory is used for, as /proc/meminfo does",
        row = MeminfoCommand.Row.class,
        target = Program.class,
        layout = Layout.DETAIL)
@ProvidesReportSection(name = "memory", title = "Memory", command = "meminfo", rank = 600)
public final class MeminfoCommand implements Command<MeminfoCommand.Options> {
    private static final int KIB = 1024;

    /** More sizes of pages than any architecture has. */
    private static final int MOST_HSTATES = 16;

    /** Nothing to say. */
    public record Options() {}

    /** Sizes, by the names of {@code /proc/meminfo}. */
    public record Row(
            Attempt<ByteSize> memTotal,
            Attempt<ByteSize> memFree,
            Attempt<ByteSize> memAvailable,
            Attempt<ByteSize> buffers,
            Attempt<ByteSize> cached,
            Attempt<ByteSize> swapCached,
            Attempt<ByteSize> activeAnon,
            Attempt<ByteSize> inactiveAnon,
            Attempt<ByteSize> activeFile,
            Attempt<ByteSize> inactiveFile,
            Attempt<ByteSize> unevictable,
            Attempt<ByteSize> mlocked,
            Attempt<ByteSize> swapTotal,
            Attempt<ByteSize> swapFree,
            Attempt<ByteSize> dirty,
            Attempt<ByteSize> writeback,
            Attempt<ByteSize> anonPages,
            Attempt<ByteSize> mapped,
            Attempt<ByteSize> shmem,
            Attempt<ByteSize> slabReclaimable,
            Attempt<ByteSize> slabUnreclaimable,
            Attempt<ByteSize> otherReclaimable,
            Attempt<ByteSize> kernelStack,
            Attempt<ByteSize> pageTables,
            Attempt<ByteSize> vmallocUsed,
            Attempt<ByteSize> percpu,
            Attempt<ByteSize> hugetlb,
            Attempt<ByteSize> committedAs) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return Stream.of(new Row(
                Attempt.of(() -> Mm.totalRam(program)),
                Attempt.of(() -> Mm.freeRam(program)),
                Attempt.of(() -> Mm.availableRam(program)),
                pages(program, Mm::nrBlockdevPages),
                pages(program, MeminfoCommand::cachedPages),
                pages(program, Swap::totalSwapcachePages),
                counted(program, "NR_ACTIVE_ANON"),
                counted(program, "NR_INACTIVE_ANON"),
                counted(program, "NR_ACTIVE_FILE"),
                counted(program, "NR_INACTIVE_FILE"),
                counted(program, "NR_UNEVICTABLE"),
                counted(program, "NR_MLOCK"),
                pages(program, Swap::totalSwapPages),
                pages(program, Swap::getNrSwapPages),
                counted(program, "NR_FILE_DIRTY"),
                counted(program, "NR_WRITEBACK"),
                counted(program, "NR_ANON_MAPPED"),
                counted(program, "NR_FILE_MAPPED"),
                counted(program, "NR_SHMEM"),
                counted(program, "NR_SLAB_RECLAIMABLE_B"),
                counted(program, "NR_SLAB_UNRECLAIMABLE_B"),
                counted(program, "NR_KERNEL_MISC_RECLAIMABLE"),
                Attempt.of(() -> new ByteSize(Vmstat.globalPageState(program, "NR_KERNEL_STACK_KB") * KIB)),
                counted(program, "NR_PAGETABLE"),
                pages(program, MeminfoCommand::vmallocPages),
                pages(program, MeminfoCommand::percpuPages),
                pages(program, MeminfoCommand::hugetlbPages),
                pages(program, each -> Percpu.percpuCounterSumPositive(each.variable("vm_committed_as")))));
    }

    private static Attempt<ByteSize> counted(Program program, String item) {
        return pages(program, each -> Vmstat.globalPageState(each, item));
    }

    private static Attempt<ByteSize> pages(Program program, ToLongFunction<Program> count) {
        return Attempt.of(() -> Mm.pages(program, count.applyAsLong(program)));
    }

    /** The page cache of files; that of block devices and of swap areas is told for itself. */
    private static long cachedPages(Program program) {
        var others = Mm.nrBlockdevPages(program) + Swap.totalSwapcachePages(program);
        return Math.max(0, Vmstat.globalNodePageState(program, "NR_FILE_PAGES") - others);
    }

    private static long vmallocPages(Program program) {
        return program.variable("nr_vmalloc_pages").member("counter").longValue();
    }

    private static long percpuPages(Program program) {
        return program.variable("pcpu_nr_populated").longValue()
                * program.variable("pcpu_nr_units").longValue();
    }

    private static long hugetlbPages(Program program) {
        var states = program.variable("hstates");
        return LongStream.range(
                        0, Math.min(program.variable("hugetlb_max_hstate").longValue(), MOST_HSTATES))
                .mapToObj(states::subscript)
                .mapToLong(state -> state.member("nr_huge_pages").longValue()
                        << state.member("order").longValue())
                .sum();
    }
}
