package org.wyrm.symbols.dwarf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of split DWARF that skeletons ask for, and where its units are in the one row of offsets that the units of all
 * files have: those of the file with the skeletons come first.
 *
 * @param name as a skeleton has it; empty for the package
 * @param directory that the unit was compiled in
 * @param place of the file, null if it was not found
 * @param infoBase what an offset of its {@code .debug_info.dwo} counts from
 * @param typesBase what an offset of its {@code .debug_types.dwo} counts from
 */
record SplitFile(String name, String directory, SplitFiles.@Nullable Place place, long infoBase, long typesBase) {
    static Optional<SplitFiles.Place> find(SplitFiles files, String name, String directory) {
        return name.isEmpty() ? files.findPackage() : files.find(name, directory);
    }

    /** {@return whether the file is what and where it was} */
    boolean isCurrent(SplitFiles files) {
        return find(files, name, directory).equals(Optional.ofNullable(place));
    }
}
