package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a name of the index is of. */
public enum IndexKind {
    STRUCT(DW_TAG_structure_type),
    CLASS(DW_TAG_class_type),
    UNION(DW_TAG_union_type),
    ENUM(DW_TAG_enumeration_type),
    TYPEDEF(DW_TAG_typedef),
    BASE(DW_TAG_base_type),
    FUNCTION(DW_TAG_subprogram),
    VARIABLE(DW_TAG_variable),
    ENUMERATOR(DW_TAG_enumerator),
    NAMESPACE(DW_TAG_namespace);

    private static final IndexKind[] ALL = values();

    /** By tag: its number, or -1. */
    private static final byte[] NUMBERS = new byte[0x80];

    static {
        Arrays.fill(NUMBERS, (byte) -1);
        for (var number = 0; number < ALL.length; number++) {
            NUMBERS[ALL[number].tag] = (byte) number;
        }
    }

    private final int tag;

    IndexKind(int tag) {
        this.tag = tag;
    }

    int tag() {
        return tag;
    }

    /** {@return its number in an index} */
    int number() {
        for (var number = 0; number < ALL.length; number++) {
            if (ALL[number] == this) {
                return number;
            }
        }
        throw new IllegalStateException();
    }

    static @Nullable IndexKind ofNumber(int number) {
        return number < ALL.length ? ALL[number] : null;
    }

    static int numberOfTag(int tag) {
        return tag < NUMBERS.length ? NUMBERS[tag] : -1;
    }
}
