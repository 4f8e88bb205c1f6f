package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_split_type;
import static org.wyrm.dwarf.constants.DwUnitType.DW_UT_type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The units of one file. Thread-safe.
 *
 * @dwarf 7.5 Format of Debugging Information
 */
public final class DwarfInfo {
    private final DwarfSections sections;
    private final @Nullable Split split;
    private volatile @Nullable UnitList units;
    private volatile @Nullable UnitList typeUnits;
    private @Nullable Map<Long, DwarfUnit> unitsBySignature;
    private @Nullable Map<Long, DwarfUnit> splitUnits;
    private @Nullable DwarfInfo supplementary;

    /** What the units of a file of split DWARF need. */
    private record Split(Optional<UnitPackage> index, LongFunction<Optional<DwarfUnit>> skeletons) {}

    /** The units of a section, by where they start; each is made when it is first used. */
    private static final class UnitList {
        final long[] offsets;
        final AtomicReferenceArray<@Nullable DwarfUnit> made;

        UnitList(long[] offsets) {
            this.offsets = offsets;
            this.made = new AtomicReferenceArray<>(offsets.length);
        }
    }

    /** @param sections of the file */
    public DwarfInfo(DwarfSections sections) {
        this(sections, (Split) null);
    }

    private DwarfInfo(DwarfSections sections, @Nullable Split split) {
        this.sections = sections;
        this.split = split;
    }

    /**
     * Makes the units of a file of which it is known where they start, so that not all of them need to be looked at.
     *
     * @param offsets of all units of {@code .debug_info}, in their order
     * @param typeOffsets of all units of {@code .debug_types}, in their order
     */
    public DwarfInfo(DwarfSections sections, long[] offsets, long[] typeOffsets) {
        this(sections);
        this.units = new UnitList(offsets.clone());
        this.typeUnits = new UnitList(typeOffsets.clone());
    }

    /**
     * {@return the units of a file of split DWARF}
     *
     * @param sections of the file, under the names of a file that is not split
     * @param index the indexes of a {@code .dwp}, none of a {@code .dwo}
     * @param skeletons gives the skeleton with an identification: what a split unit has its addresses from
     */
    public static DwarfInfo ofSplit(
            DwarfSections sections, Optional<UnitPackage> index, LongFunction<Optional<DwarfUnit>> skeletons) {
        return new DwarfInfo(sections, new Split(index, skeletons));
    }

    /** {@return whether its units are split ones, which are not whole without their skeletons} */
    public boolean isSplit() {
        return split != null;
    }

    /** {@return the unit that a split unit with an identification completes, if it is known} */
    Optional<DwarfUnit> skeleton(long id) {
        return split == null ? Optional.empty() : split.skeletons.apply(id);
    }

    /** {@return what a unit has of a section: a part, in a package} */
    ByteSlice section(DwarfSection units, long unitOffset, DwarfSection of) {
        var whole = sections.section(of);
        return split == null || split.index.isEmpty()
                ? whole
                : split.index.get().contribution(units, unitOffset, of, whole);
    }

    /** {@return the sections of the file} */
    public DwarfSections sections() {
        return sections;
    }

    /** {@return whether what is said to be at address 0 was left out} */
    public ZeroAddress zeroAddress() {
        return sections.zeroAddress();
    }

    private UnitList list(DwarfSection section) {
        var known = section == DwarfSection.INFO ? units : typeUnits;
        return known != null ? known : readList(section);
    }

    private synchronized UnitList readList(DwarfSection section) {
        var headers = UnitHeader.parseAll(sections.section(section), section == DwarfSection.TYPES);
        var list = new UnitList(headers.stream().mapToLong(UnitHeader::offset).toArray());
        if (section == DwarfSection.INFO) {
            units = list;
        } else {
            typeUnits = list;
        }
        return list;
    }

    private DwarfUnit unit(DwarfSection section, UnitList list, int index) {
        var known = list.made.get(index);
        if (known != null) {
            return known;
        }
        var header = UnitHeader.parse(sections.section(section), list.offsets[index], section == DwarfSection.TYPES);
        var unit = new DwarfUnit(this, section, header);
        return list.made.compareAndSet(index, null, unit) ? unit : unit(section, list, index);
    }

    /**
     * {@return the units of {@code .debug_info}, or of {@code .debug_types}, which only DWARF 4 has, in their order}
     *
     * @throws org.wyrm.base.error.MalformedDataException if the header of one is malformed
     */
    public List<DwarfUnit> units(DwarfSection section) {
        var list = list(section);
        var all = new ArrayList<DwarfUnit>(list.offsets.length);
        for (var index = 0; index < list.offsets.length; index++) {
            all.add(unit(section, list, index));
        }
        return all;
    }

    /**
     * {@return the unit that an offset of {@code .debug_info} or {@code .debug_types} is in}
     *
     * @throws org.wyrm.base.error.MalformedDataException if there is none
     */
    public DwarfUnit unitAt(DwarfSection section, long offset) {
        var list = list(section);
        var found = Arrays.binarySearch(list.offsets, offset);
        var index = found >= 0 ? found : -found - 2;
        if (index >= 0) {
            var unit = unit(section, list, index);
            if (offset < unit.header().endOffset()) {
                return unit;
            }
        }
        throw sections.section(section).malformed(offset, "no unit is here");
    }

    /** {@return the entry at an offset of {@code .debug_info}} */
    public Die die(long offset) {
        return unitAt(DwarfSection.INFO, offset).die(offset);
    }

    /** {@return the type that a signature names} */
    Die typeOf(long signature, Die referring) {
        var unit = bySignature().get(signature);
        if (unit == null) {
            throw referring.malformed("no type unit has the signature 0x%x".formatted(signature));
        }
        return unit.local(unit.header().typeOffset(), referring);
    }

    private synchronized Map<Long, DwarfUnit> bySignature() {
        var known = unitsBySignature;
        if (known == null) {
            known = new HashMap<>();
            for (var section : List.of(DwarfSection.INFO, DwarfSection.TYPES)) {
                for (var unit : units(section)) {
                    var type = unit.header().unitType();
                    if (type == DW_UT_type || type == DW_UT_split_type) {
                        known.putIfAbsent(unit.header().id(), unit);
                    }
                }
            }
            unitsBySignature = known;
        }
        return known;
    }

    /**
     * {@return the split unit with an identification, if this is a file of split DWARF that has it}
     *
     * @throws org.wyrm.base.error.MalformedDataException if a header or the index of units is malformed
     */
    public Optional<DwarfUnit> splitUnit(long id) {
        if (split == null || split.index.isEmpty()) {
            return Optional.ofNullable(splitUnits().get(id));
        }
        var index = split.index.get().compileUnits();
        var row = index.row(id);
        return row.isEmpty() || !index.hasColumn(DwarfSection.INFO)
                ? Optional.empty()
                : Optional.of(unitAt(DwarfSection.INFO, index.offset(row.getAsInt(), DwarfSection.INFO)));
    }

    /** {@return the split units of a file without an index, by identification} */
    private synchronized Map<Long, DwarfUnit> splitUnits() {
        var known = splitUnits;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (var unit : split == null ? List.<DwarfUnit>of() : units(DwarfSection.INFO)) {
                var type = unit.header().unitType();
                var id = type == DW_UT_type || type == DW_UT_split_type ? OptionalLong.empty() : unit.splitId();
                if (id.isPresent()) {
                    known.putIfAbsent(id.getAsLong(), unit);
                }
            }
            splitUnits = known;
        }
        return known;
    }

    /** {@return the units of the file that {@link DwarfSections#supplementary} gives} */
    public synchronized Optional<DwarfInfo> supplementary() {
        if (supplementary == null && sections.supplementary().isPresent()) {
            supplementary = new DwarfInfo(sections.supplementary().get());
        }
        return Optional.ofNullable(supplementary);
    }
}
