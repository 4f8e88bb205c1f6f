package org.wyrm.linux.mm;

import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.ByteSize;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.mapletree.MapleTrees;
import org.wyrm.linux.nodemask.Nodemasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.sched.Sched;
import org.wyrm.linux.vmstat.Vmstat;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType.ArrayType;

/** Memory management: {@code struct mm_struct}, pages. */
@ProvidesHelpers(
        names = {
            "for_each_vma",
            "for_each_zone",
            "nr_blockdev_pages",
            "phys_to_virt",
            "si_mem_available",
            "task_rss",
            "totalram_pages"
        })
public final class Mm {
    /** {@code MM_FILEPAGES}, {@code MM_ANONPAGES}, {@code MM_SHMEMPAGES}; {@code MM_SWAPENTS}, 2, is not resident. */
    private static final int[] RESIDENT = {0, 1, 3};

    private static final int WMARK_LOW = 1;

    private Mm() {}

    /**
     * {@return the memory that a process has in RAM: file pages, anonymous ones and shared ones; empty for a task that
     * has none of its own}
     *
     * <p>What CPUs or threads hold of the counters is added, which {@code /proc/PID/status} leaves out.
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/mm.h
     */
    @KernelName("task_rss")
    public static Optional<ByteSize> taskRss(Value task) {
        var mm = task.member("mm");
        if (mm.isNull()) {
            return Optional.empty();
        }
        var counters = mm.member("rss_stat");
        // Since Linux kernel commit f1a7941243c1 ("mm: convert mm's rss stats into percpu_counter") (in v6.2),
        // rss_stat is an array of struct percpu_counter. Before that, it is a structure with an array of atomics, and
        // each thread may hold up to 64 pages of its own.
        var pages = counters.type().unaliased() instanceof ArrayType
                ? sum(counter -> Percpu.percpuCounterSum(counters.subscript(counter)))
                : sum(counter -> counters.member("count")
                                .subscript(counter)
                                .member("counter")
                                .longValue())
                        + heldByThreads(task);
        return Optional.of(
                new ByteSize(Math.max(0, pages) << task.program().architecture().pageShift()));
    }

    private static long sum(IntToLongFunction counterValue) {
        return IntStream.of(RESIDENT).mapToLong(counterValue).sum();
    }

    private static long heldByThreads(Value task) {
        if (!task.hasMember("rss_stat")) {
            return 0;
        }
        return Sched.forEachThread(task)
                .mapToLong(thread -> {
                    var held = thread.member("rss_stat").member("count");
                    return sum(counter -> held.subscript(counter).longValue());
                })
                .sum();
    }

    /**
     * {@return the memory that the kernel manages, without what it kept for itself at boot}
     *
     * @kernel include/linux/mm.h
     */
    @KernelName("totalram_pages")
    public static ByteSize totalRam(Program program) {
        return pages(
                program, program.variable("_totalram_pages").member("counter").longValue());
    }

    /**
     * {@return the memory that is free}
     *
     * @kernel include/linux/swap.h
     */
    public static ByteSize freeRam(Program program) {
        return pages(program, Vmstat.nrFreePages(program));
    }

    /**
     * {@return an estimate of the memory that can be had without swapping: what is free, and of the page cache and of
     * what slabs can give back all but what is needed to run well}
     *
     * @kernel include/linux/mm.h
     */
    @KernelName("si_mem_available")
    public static ByteSize availableRam(Program program) {
        var low = forEachZone(program).mapToLong(Mm::lowWatermark).sum();
        var cache = Vmstat.globalNodePageState(program, "NR_ACTIVE_FILE")
                + Vmstat.globalNodePageState(program, "NR_INACTIVE_FILE");
        var reclaimable = Vmstat.globalNodePageState(program, "NR_SLAB_RECLAIMABLE_B")
                + Vmstat.globalNodePageState(program, "NR_KERNEL_MISC_RECLAIMABLE");
        var available = Vmstat.nrFreePages(program)
                - program.variable("totalreserve_pages").longValue()
                + cache
                - Math.min(cache / 2, low)
                + reclaimable
                - Math.min(reclaimable / 2, low);
        return pages(program, Math.max(0, available));
    }

    /** Below this the zone's memory is reclaimed; raised for a while where it is fragmented. */
    private static long lowWatermark(Value zone) {
        return zone.member("_watermark").subscript(WMARK_LOW).longValue()
                + zone.member("watermark_boost").longValue();
    }

    /**
     * {@return the zones of the nodes that are online, {@code struct zone}, also those without memory}
     *
     * @kernel include/linux/mmzone.h
     */
    @KernelName("for_each_zone")
    public static Stream<Value> forEachZone(Program program) {
        return Nodemasks.forEachOnlineNode(program).boxed().flatMap(node -> {
            var data = program.variable("node_data").subscript(node);
            return data.dereference().member("node_zones").elements();
        });
    }

    /**
     * {@return how many pages of block devices are in the page cache: {@code Buffers} of {@code /proc/meminfo}}
     *
     * @kernel block/bdev.c
     */
    @KernelName("nr_blockdev_pages")
    public static long nrBlockdevPages(Program program) {
        // Since v5.9, which has no list all_bdevs, the inodes of their file system are all of them.
        return Lists.listForEachEntry(
                        program.type("struct inode"),
                        program.variable("blockdev_superblock").member("s_inodes"),
                        "i_sb_list")
                .mapToLong(inode -> inode.member("i_mapping").member("nrpages").longValue())
                .sum();
    }

    /**
     * {@return the areas of a process's memory, {@code struct vm_area_struct}, in the order of their addresses}
     *
     * @param mm {@code struct mm_struct *}
     * @kernel include/linux/mm.h
     */
    @KernelName("for_each_vma")
    public static Stream<Value> forEachVma(Value mm) {
        var type = mm.program().type("struct vm_area_struct");
        // Since Linux kernel commit 763ecb035029 ("mm: remove the vma linked list") (in v6.1), they are in a maple tree
        // only.
        var tree = mm.findMember("mm_mt");
        return tree.isPresent()
                ? MapleTrees.mtForEach(tree.get().addressOf())
                        .map(entry -> mm.program().object(type, entry.value()))
                : Walk.chain(
                                mm.program(),
                                "vm_area_struct",
                                mm.member("mmap").longValue(),
                                0,
                                address -> mm.program()
                                        .object(type, address)
                                        .member("vm_next")
                                        .longValue())
                        .map(address -> mm.program().object(type, address));
    }

    /**
     * {@return the kernel's own page tables}
     *
     * @throws org.wyrm.base.error.LookupFailedException if the target is no Linux kernel
     */
    public static PageTables pageTables(Program program) {
        return program.extension(PageTables.class);
    }

    /**
     * {@return the page tables of a process; those of the kernel are in them too, as far as the process needs them}
     *
     * @param mm {@code struct mm_struct *}
     * @throws org.wyrm.base.error.FaultException if the highest table is not in the direct map
     * @kernel include/linux/mm_types.h
     */
    public static PageTables pageTables(Value mm) {
        var program = mm.program();
        var pgd = mm.member("pgd").longValue();
        var page = pageTables(program).translate(pgd);
        return program.architecture()
                .pageTables(
                        program.physicalMemory(),
                        LinuxKernel.of(program).vmcoreinfo(),
                        page.firstPhysicalAddress() + (pgd - page.firstVirtualAddress()));
    }

    /**
     * {@return the address at which the kernel has all physical memory mapped, whether that one is memory or not}
     *
     * @kernel arch/x86/include/asm/page.h
     */
    @KernelName("phys_to_virt")
    public static long physToVirt(Program program, long physicalAddress) {
        return directMapAddress(program) + physicalAddress;
    }

    /** {@return where the direct map begins: {@code PAGE_OFFSET}} */
    private static long directMapAddress(Program program) {
        var kernel = LinuxKernel.of(program);
        var moved = kernel.kallsyms().findSymbols("page_offset_base");
        return moved.isEmpty()
                ? program.architecture().directMapAddress(kernel.vmcoreinfo())
                : program.memory().u64(moved.getFirst().address());
    }

    /** {@return the size of pages} */
    public static ByteSize pages(Program program, long count) {
        return new ByteSize(count << program.architecture().pageShift());
    }
}
