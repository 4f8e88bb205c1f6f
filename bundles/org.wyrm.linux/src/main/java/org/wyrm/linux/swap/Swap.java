package org.wyrm.linux.swap;

import java.util.Optional;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.program.Program;

/** Swap areas: {@code struct swap_info_struct}. */
public final class Swap {
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
}
