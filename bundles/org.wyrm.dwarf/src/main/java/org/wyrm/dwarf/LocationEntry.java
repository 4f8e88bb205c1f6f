package org.wyrm.dwarf;

import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;

/**
 * Where an object is while the program is in a range.
 *
 * <p>GCC also writes ranges of no byte, for a debugger that steps from view to view; no address lies in these.
 *
 * @param start the first address
 * @param end the first address after
 * @param expression see {@link Expression}; empty where the object is not
 * @param views the views of the bounds, where they were asked for or are in the list
 */
public record LocationEntry(long start, long end, ByteSlice expression, Optional<LocationViews> views) {
    /** {@return whether an address lies in the range} */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
}
