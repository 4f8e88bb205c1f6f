package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_compile;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A unit of which only the addresses are in the file, with the way to all else of it: {@code DW_UT_skeleton} of DWARF 5,
 * or what GCC and Clang write before.
 *
 * @param unit the unit
 * @param id what the split unit must have too, {@code dwo_id}
 * @param name of the file with the split unit, relative to the directory; empty if there is none
 * @param directory that the unit was compiled in, empty if that is not told
 * @dwarf 3.1.2 Skeleton Compilation Unit Entries
 */
public record SkeletonUnit(DwarfUnit unit, long id, String name, String directory) {
    /** {@return a unit as a skeleton, if it is one} */
    public static Optional<SkeletonUnit> of(DwarfUnit unit) {
        var root = unit.root();
        var isOld = root.has(DW_AT_GNU_dwo_name);
        // What is a split unit itself may tell its file, too.
        var isSplit = unit.info().isSplit() || unit.header().unitType() == DW_UT_split_compile;
        if (isSplit || !isOld && !root.has(DW_AT_dwo_name)) {
            return Optional.empty();
        }
        var id = unit.splitId();
        if (id.isEmpty()) {
            throw root.malformed("a skeleton without the identification of its split unit");
        }
        return Optional.of(new SkeletonUnit(
                unit,
                id.getAsLong(),
                orEmpty(root.string(isOld ? DW_AT_GNU_dwo_name : DW_AT_dwo_name)),
                orEmpty(root.string(DW_AT_comp_dir))));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
