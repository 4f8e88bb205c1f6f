package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import org.jspecify.annotations.Nullable;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.constants.DwLanguage;

/** The names that the index has for entries: with the name spaces that they are in. */
final class ScopedName {
    private static final int MAX_NESTING = 64;

    private ScopedName() {}

    /** {@return the name of an entry of the index, or null if it has none or is inside something else} */
    static @Nullable String of(Die die) {
        var name = DwarfTypeMaker.name(die);
        if (name.isEmpty()) {
            return null;
        }
        var unit = die.unit().root();
        if (isC(die.unit())) {
            return name.get();
        }
        var prefix = new StringBuilder();
        var parent = unit;
        for (var depth = 0; parent != null && depth < MAX_NESTING; depth++) {
            parent = lastBefore(parent, die);
            if (die.equals(parent)) {
                return prefix + name.get();
            }
            if (parent != null) {
                if (parent.tag() != DW_TAG_namespace) {
                    return null;
                }
                prefix.append(DwarfTypeMaker.name(parent).orElse(IndexPart.ANONYMOUS))
                        .append("::");
            }
        }
        return null;
    }

    /** {@return the child that an entry is, or is below of} */
    private static @Nullable Die lastBefore(Die parent, Die die) {
        Die last = null;
        for (var child : parent.children()) {
            if (child.offset() > die.offset()) {
                break;
            }
            last = child;
        }
        return last;
    }

    /** {@return whether a name of a unit is of the whole file, wherever it stands} */
    static boolean isC(DwarfUnit unit) {
        return switch ((int) unit.root().number(DW_AT_language).orElse(0)) {
            case DwLanguage.DW_LANG_C89, DwLanguage.DW_LANG_C, DwLanguage.DW_LANG_C99, DwLanguage.DW_LANG_C11 -> true;
            case DwLanguage.DW_LANG_C17 -> true;
            default -> false;
        };
    }
}
