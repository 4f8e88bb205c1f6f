package org.wyrm.lang.c;

import java.util.Optional;
import org.wyrm.program.Value;

/**
 * What is between two commas of an initializer.
 *
 * @param label what stands before it: {@code .next = }; may be empty
 * @param value a member or an element; empty of a note
 * @param withType whether its type stands before it
 * @param note words in place of a value
 */
record Item(String label, Optional<Value> value, boolean withType, String note) {
    static Item of(String label, Value value, boolean withType) {
        return new Item(label, Optional.of(value), withType, "");
    }

    static Item note(String label, String note) {
        return new Item(label, Optional.empty(), false, note);
    }
}
