package org.wyrm.symbols.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;

/** Leads from addresses to source and back. Thread-safe. */
@ConsumerType
public interface LineFinder {
    /** {@return the functions with code at an address, the innermost first; none where nothing is known of it} */
    List<SourceFrame> framesAt(long virtualAddress);

    /**
     * {@return where the code of a line begins, lowest address first; of the next line with code, if it has none}
     *
     * @param file the end of a path: {@code fork.c}, {@code kernel/fork.c}
     */
    List<SourceLine> findLine(String file, int line);
}
