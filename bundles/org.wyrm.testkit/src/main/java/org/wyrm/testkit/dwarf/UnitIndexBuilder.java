package org.wyrm.testkit.dwarf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Builds an index of a package of split DWARF: {@code .debug_cu_index}, {@code .debug_tu_index}.
 *
 * <pre>{@code
 * var index = new UnitIndexBuilder(ByteOrder.LITTLE_ENDIAN, 5, 1, 3);
 * index.unit(0x1234, 0, 0x30, 0, 0x20);
 * }</pre>
 *
 * <p>Confined to one thread.
 */
public final class UnitIndexBuilder {
    private record Unit(long signature, List<Long> offsetsAndSizes) {}

    private final ByteOrder order;
    private final int version;
    private final int[] columns;
    private final List<Unit> units = new ArrayList<>();

    /**
     * Starts without a unit.
     *
     * @param version 2 or 5
     * @param columns the numbers of the sections, {@code DW_SECT_*}
     */
    public UnitIndexBuilder(ByteOrder order, int version, int... columns) {
        this.order = order;
        this.version = version;
        this.columns = columns.clone();
    }

    /** Adds a unit, with the offset and the size of what it has of each section. */
    public UnitIndexBuilder unit(long signature, long... offsetsAndSizes) {
        units.add(new Unit(signature, LongStream.of(offsetsAndSizes).boxed().toList()));
        return this;
    }

    /** {@return how many slots the hash table has} */
    public int slotCount() {
        return Math.max(2, Integer.highestOneBit(units.size() * 3 / 2) * 2);
    }

    /** {@return the section} */
    public byte[] build() {
        var section = new SectionBuilder(order, 4);
        if (version == 2) {
            section.u32(2);
        } else {
            section.u16(version).u16(0);
        }
        var slots = new int[slotCount()];
        for (var unit = 0; unit < units.size(); unit++) {
            var signature = units.get(unit).signature;
            var slot = (int) signature & slots.length - 1;
            while (slots[slot] != 0) {
                slot = slot + ((int) (signature >>> 32) & slots.length - 1 | 1) & slots.length - 1;
            }
            slots[slot] = unit + 1;
        }
        section.u32(columns.length).u32(units.size()).u32(slots.length);
        for (var row : slots) {
            section.u64(row == 0 ? 0 : units.get(row - 1).signature);
        }
        for (var row : slots) {
            section.u32(row);
        }
        for (var column : columns) {
            section.u32(column);
        }
        for (var half = 0; half < 2; half++) {
            for (var unit : units) {
                for (var column = 0; column < columns.length; column++) {
                    section.u32(unit.offsetsAndSizes.get(2 * column + half));
                }
            }
        }
        return section.build();
    }
}
