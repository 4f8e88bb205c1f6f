package org.wyrm.dwarf;

import java.util.OptionalInt;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The indexes of a package of split DWARF, {@code .dwp}: the units of many files in one, each with its part of the
 * sections. Immutable and thread-safe.
 *
 * @param compileUnits {@code .debug_cu_index}
 * @param typeUnits {@code .debug_tu_index}, empty if there is none
 * @dwarf 7.3.5 DWARF Package Files
 */
public record UnitPackage(UnitIndex compileUnits, UnitIndex typeUnits) {
    /** {@return what the unit at an offset has of a section; all of it where no index tells of the unit} */
    ByteSlice contribution(DwarfSection units, long unitOffset, DwarfSection of, ByteSlice content) {
        var row = compileUnits.rowAt(units, unitOffset);
        if (row.isPresent()) {
            return compileUnits.contribution(row.getAsInt(), of, content);
        }
        OptionalInt typeRow = typeUnits.rowAt(units, unitOffset);
        return typeRow.isPresent() ? typeUnits.contribution(typeRow.getAsInt(), of, content) : content;
    }
}
