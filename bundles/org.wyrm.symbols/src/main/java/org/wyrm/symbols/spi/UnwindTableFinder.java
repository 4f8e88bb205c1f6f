package org.wyrm.symbols.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.UnwindTable;

/** Leads from addresses of code to the tables that tell of its frames. Thread-safe. */
@ConsumerType
public interface UnwindTableFinder {
    /**
     * {@return the tables that may tell of an address, the same objects each time, those of DWARF in the order in which
     * they count} None where nothing is known of it.
     *
     * @throws org.wyrm.base.error.DebuggerException if there is one, and it cannot be read
     */
    List<UnwindTable> unwindTablesAt(long virtualAddress);
}
