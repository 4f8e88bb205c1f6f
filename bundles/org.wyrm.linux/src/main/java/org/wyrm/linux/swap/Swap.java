package org.wyrm.linux.swap;

import java.util.Optional;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.vmstat.Vmstat;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.spi.ProvidesHelpers;

/** Swap areas: {@code struct swap_info_struct}. */
@ProvidesHelpers(names = {"get_nr_swap_pages", "total_swapcache_pages"})
public final class Swap {
    /** What five bits count. */
    private static final int MAX_SWAPFILES = 32;

    private Swap() {}

    /**
     * {@return the path of the file or device of a swap area; empty if there is no area of that number, or none any more}
     *
     * @param type its number, as entries of page tables have it
     * @kernel mm/swapfile.c
     */
    public static Optional<String> swapFile(Program program, int type) {
        if (type >= program.variable("nr_swapfiles").longValue()) {
            return Optional.empty();
        }
        var area = program.variable("swap_info").subscript(type);
        if (area.isNull() || area.member("swap_file").isNull()) {
            return Optional.empty();
        }
        return Optional.of(Dcache.filePath(area.member("swap_file")));
    }

    /**
     * {@return the size of all swap areas, in pages}
     *
     * @kernel mm/swapfile.c
     */
    public static long totalSwapPages(Program program) {
        return program.variable("total_swap_pages").longValue();
    }

    /**
     * {@return what is free in swap areas, in pages}
     *
     * @kernel include/linux/swap.h
     */
    @KernelName("get_nr_swap_pages")
    public static long getNrSwapPages(Program program) {
        return program.variable("nr_swap_pages").member("counter").longValue();
    }

    /**
     * {@return how many pages in RAM belong to swap areas}
     *
     * @kernel include/linux/swap.h
     */
    @KernelName("total_swapcache_pages")
    public static long totalSwapcachePages(Program program) {
        // Since Linux kernel commit b6038942480e ("mm: memcg: add swapcache stat for memcg v2") (in v5.12).
        if (Vmstat.hasPageState(program, "NR_SWAPCACHE")) {
            return Vmstat.globalNodePageState(program, "NR_SWAPCACHE");
        }
        var spaces = program.variable("swapper_spaces");
        var counts = program.variable("nr_swapper_spaces");
        var areas = program.variable("nr_swapfiles").longValue();
        var pages = 0L;
        for (var area = 0L; area < Math.min(areas, MAX_SWAPFILES); area++) {
            var count = counts.subscript(area).longValue();
            for (var i = 0L; i < count; i++) {
                pages += spaces.subscript(area).subscript(i).member("nrpages").longValue();
            }
        }
        return pages;
    }
}
