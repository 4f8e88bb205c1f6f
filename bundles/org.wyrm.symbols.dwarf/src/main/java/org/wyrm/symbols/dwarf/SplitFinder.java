package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_type;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_type;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.SkeletonUnit;
import org.wyrm.dwarf.UnitHeader;

/**
 * Joins skeletons with their split units: those of the package if it has them, else of the file that each names. What is
 * missing is a problem, told once for each file. Confined to one thread.
 */
final class SplitFinder {
    private final DwarfInfo main;
    private final SplitFiles files;
    private final Map<Long, DwarfUnit> skeletons = new HashMap<>();
    private final Map<String, Candidate> byName = new HashMap<>();
    private long infoEnd;
    private long typesEnd;

    /** The files that were asked for, in the order of their bases. */
    final List<SplitFile> splitFiles = new ArrayList<>();

    final List<SplitJoin> joins = new ArrayList<>();

    /** The units to be indexed: the split ones, and the skeletons without one, as far as they go. */
    final List<IndexedUnit> units = new ArrayList<>();

    final List<String> problems = new ArrayList<>();

    /** A file that was asked for; without units where it is missing or damaged. */
    private static final class Candidate {
        final SplitFile file;
        final @Nullable DwarfInfo info;
        boolean isUsed;

        Candidate(SplitFile file, @Nullable DwarfInfo info) {
            this.file = file;
            this.info = info;
        }
    }

    SplitFinder(DwarfInfo main, SplitFiles files) {
        this.main = main;
        this.files = files;
        infoEnd = main.sections().section(DwarfSection.INFO).byteSize();
        typesEnd = main.sections().section(DwarfSection.TYPES).byteSize();
    }

    /** Joins skeletons, in the order of their offsets. */
    void join(List<SkeletonUnit> found) {
        if (found.isEmpty()) {
            return;
        }
        var sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingLong(SplitFinder::offset));
        for (var skeleton : sorted) {
            skeletons.putIfAbsent(skeleton.id(), main.unitAt(DwarfSection.INFO, offset(skeleton)));
        }
        var unitPackage = candidate("", "");
        for (var skeleton : sorted) {
            if (!join(skeleton, unitPackage)) {
                joinNamed(skeleton, unitPackage);
            }
        }
    }

    private static long offset(SkeletonUnit skeleton) {
        return skeleton.unit().header().offset();
    }

    private void joinNamed(SkeletonUnit skeleton, Candidate unitPackage) {
        var key = skeleton.name() + "\0" + skeleton.directory();
        var known = byName.get(key);
        var candidate = known != null ? known : candidate(skeleton.name(), skeleton.directory());
        byName.put(key, candidate);
        if (join(skeleton, candidate)) {
            return;
        }
        units.add(new IndexedUnit(main, DwarfSection.INFO, header(skeleton), 0));
        if (candidate.info != null) {
            problems.add("%s: has no unit with dwo_id 0x%016x, which the unit at 0x%x of %s wants%s; %s"
                    .formatted(
                            path(candidate),
                            skeleton.id(),
                            offset(skeleton),
                            main.sections().section(DwarfSection.INFO).name(),
                            others(candidate.info),
                            COST));
        } else if (known == null && candidate.file.place() == null) {
            var tried = new ArrayList<>(files.places(skeleton.name(), skeleton.directory()));
            if (unitPackage.info != null) {
                tried.addFirst(path(unitPackage));
            }
            problems.add("%s: is not there (tried %s), the unit at 0x%x wants it; %s"
                    .formatted(skeleton.name(), String.join(", ", tried), offset(skeleton), COST));
        }
    }

    private static final String COST = "types, variables, functions and inlined calls of that unit are missing";

    private UnitHeader header(SkeletonUnit skeleton) {
        return main.unitAt(DwarfSection.INFO, offset(skeleton)).header();
    }

    private static String others(DwarfInfo info) {
        return info.units(DwarfSection.INFO).stream()
                .filter(unit -> !isTypeUnit(unit))
                .findFirst()
                .map(unit -> " (it has 0x%016x)".formatted(unit.splitId().orElse(0)))
                .orElse("");
    }

    private static boolean isTypeUnit(DwarfUnit unit) {
        var type = unit.header().unitType();
        return type == DW_UT_type || type == DW_UT_split_type;
    }

    private static String path(Candidate candidate) {
        return candidate.file.place() == null
                ? candidate.file.name()
                : candidate.file.place().path();
    }

    /** {@return whether a file has the split unit of a skeleton} */
    private boolean join(SkeletonUnit skeleton, Candidate candidate) {
        if (candidate.info == null) {
            return false;
        }
        try {
            var unit = candidate.info.splitUnit(skeleton.id());
            if (unit.isEmpty() || unit.get().splitId().orElse(0) != skeleton.id()) {
                return false;
            }
            var base = candidate.file.infoBase();
            joins.add(new SplitJoin(
                    skeleton.id(), offset(skeleton), base + unit.get().root().offset()));
            units.add(new IndexedUnit(
                    candidate.info, DwarfSection.INFO, unit.get().header(), base));
            if (!candidate.isUsed) {
                candidate.isUsed = true;
                addTypeUnits(candidate.info, DwarfSection.INFO, base);
                addTypeUnits(candidate.info, DwarfSection.TYPES, candidate.file.typesBase());
            }
            return true;
        } catch (MalformedDataException e) {
            problems.add(e.getMessage());
            return false;
        }
    }

    private void addTypeUnits(DwarfInfo info, DwarfSection section, long base) {
        for (var unit : info.units(section)) {
            if (isTypeUnit(unit)) {
                units.add(new IndexedUnit(info, section, unit.header(), base));
            }
        }
    }

    private Candidate candidate(String name, String directory) {
        var place = SplitFile.find(files, name, directory);
        var file = new SplitFile(name, directory, place.orElse(null), infoEnd, typesEnd);
        splitFiles.add(file);
        DwarfInfo info = null;
        if (place.isPresent()) {
            var path = place.get().path();
            try {
                info = SplitUnits.open(main, files, path, id -> Optional.ofNullable(skeletons.get(id)));
                infoEnd += info.sections().section(DwarfSection.INFO).byteSize();
                typesEnd += info.sections().section(DwarfSection.TYPES).byteSize();
            } catch (MalformedDataException | UnreadableTargetException | UnsupportedTargetException e) {
                problems.add(path + ": cannot be taken for split units: " + e.getMessage());
            }
        }
        return new Candidate(file, info);
    }
}
