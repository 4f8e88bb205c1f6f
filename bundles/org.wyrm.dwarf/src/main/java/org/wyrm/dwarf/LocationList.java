package org.wyrm.dwarf;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/**
 * Where an object is, by where the program is.
 *
 * @param entries in the order of the list; ranges may overlap
 * @param defaultExpression where the object is while the program is in none of the ranges
 * @dwarf 2.6.2 Location Lists
 */
public record LocationList(List<LocationEntry> entries, Optional<ByteSlice> defaultExpression) {
    /** Keeps a copy. */
    public LocationList {
        entries = List.copyOf(entries);
    }

    /** {@return the expressions for an address: several if the object is in several places at once} */
    public List<ByteSlice> expressionsAt(long address) {
        var found = entries.stream()
                .filter(entry -> entry.contains(address))
                .map(LocationEntry::expression)
                .toList();
        return found.isEmpty() && defaultExpression.isPresent() ? List.of(defaultExpression.get()) : found;
    }
}
