package org.wyrm.symbols.dwarf;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.UnitIndex;
import org.wyrm.dwarf.UnitPackage;

/**
 * The units of a file and of the files of split DWARF that belong to it, in one row of offsets. A split file is opened
 * when something of it is asked for. Thread-safe.
 */
final class SplitUnits {
    private final DwarfInfo info;
    private final SplitFiles files;
    private final List<SplitFile> splitFiles;
    private final Map<Long, SplitJoin> bySkeleton = new HashMap<>();
    private final Map<Long, SplitJoin> byId = new HashMap<>();
    private final @Nullable DwarfInfo[] opened;
    private final ConcurrentHashMap<DwarfInfo, SplitFile> openedFiles = new ConcurrentHashMap<>();
    private final long[] infoBases;
    private final long[] typesBases;

    /**
     * @param info the units of the file with the skeletons
     * @param splitFiles in the order of their bases
     */
    SplitUnits(DwarfInfo info, SplitFiles files, List<SplitFile> splitFiles, List<SplitJoin> joins) {
        this.info = info;
        this.files = files;
        this.splitFiles = splitFiles;
        opened = new DwarfInfo[splitFiles.size()];
        infoBases = new long[splitFiles.size()];
        typesBases = new long[splitFiles.size()];
        for (var file = 0; file < splitFiles.size(); file++) {
            infoBases[file] = splitFiles.get(file).infoBase();
            typesBases[file] = splitFiles.get(file).typesBase();
        }
        for (var join : joins) {
            bySkeleton.put(join.skeletonOffset(), join);
            byId.putIfAbsent(join.id(), join);
        }
    }

    /** {@return the units of the file itself} */
    DwarfInfo info() {
        return info;
    }

    /** {@return the entry at an offset of the row} */
    Die die(DwarfSection section, long offset) {
        var bases = section == DwarfSection.TYPES ? typesBases : infoBases;
        if (bases.length == 0 || offset < bases[0]) {
            return info.unitAt(section, offset).die(offset);
        }
        var found = Arrays.binarySearch(bases, offset);
        // An index that lies may have bases without an order.
        var file = Math.max(0, found >= 0 ? found : -found - 2);
        // What is not there has no bytes, and starts where the next one does.
        while (file + 1 < bases.length && bases[file + 1] == bases[file]) {
            file++;
        }
        var own = offset - bases[file];
        return open(file).unitAt(section, own).die(own);
    }

    /** {@return where an entry is in the row; -1 if it is of another file} */
    long offset(Die die) {
        var of = die.unit().info();
        if (of == info) {
            return die.offset();
        }
        var file = openedFiles.get(of);
        return file == null
                ? -1
                : die.offset() + (die.unit().section() == DwarfSection.TYPES ? file.typesBase() : file.infoBase());
    }

    /** {@return the unit that has what a unit says: the split one of a skeleton, else the unit itself} */
    DwarfUnit whole(DwarfUnit unit) {
        var join = bySkeleton.get(unit.header().offset());
        return join == null ? unit : die(DwarfSection.INFO, join.splitOffset()).unit();
    }

    private synchronized DwarfInfo open(int file) {
        var known = opened[file];
        if (known == null) {
            var of = splitFiles.get(file);
            var place = of.place();
            if (place == null) {
                throw new UnreadableTargetException(of.name() + ": is not there");
            }
            known = open(info, files, place.path(), this::skeleton);
            openedFiles.put(known, of);
            opened[file] = known;
        }
        return known;
    }

    private Optional<DwarfUnit> skeleton(long id) {
        return Optional.ofNullable(byId.get(id)).map(join -> info.unitAt(DwarfSection.INFO, join.skeletonOffset()));
    }

    /** {@return the units of a file of split DWARF} */
    static DwarfInfo open(DwarfInfo main, SplitFiles files, String path, LongFunction<Optional<DwarfUnit>> skeletons) {
        var content = files.open(path);
        var sections = new DwarfSections(
                content.order(), main.zeroAddress(), section -> content.find(section.splitName()), null);
        return DwarfInfo.ofSplit(
                sections,
                content.find(".debug_cu_index")
                        .map(index -> new UnitPackage(
                                UnitIndex.parse(index),
                                content.find(".debug_tu_index")
                                        .map(UnitIndex::parse)
                                        .orElseGet(UnitIndex::none))),
                skeletons);
    }

    /** {@return whether all split files are what and where they were} */
    static boolean areCurrent(List<SplitFile> known, SplitFiles files) {
        for (var file : known) {
            if (!file.isCurrent(files)) {
                return false;
            }
        }
        return true;
    }
}
