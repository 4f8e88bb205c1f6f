package org.wyrm.symbols.dwarf;

import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.UnitHeader;

/**
 * A unit to be indexed.
 *
 * @param base what is added to the offsets of its entries, see {@link SplitFile}
 */
record IndexedUnit(DwarfInfo info, DwarfSection section, UnitHeader header, long base) {}
