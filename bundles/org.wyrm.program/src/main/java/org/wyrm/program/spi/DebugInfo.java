package org.wyrm.program.spi;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.spi.SymbolSource;

/** Finds and reads debugging information. Contributed under its name. Thread-safe. */
@ConsumerType
public interface DebugInfo {
    /**
     * {@return the name of the architecture that a file is for, as {@code uname -m} prints it}
     *
     * @throws org.wyrm.base.error.UnreadableTargetException if it cannot be read, or has no debugging information
     */
    String architecture(Path file);

    /**
     * {@return the sources for what is asked, those to be asked first at the front; each reads when it is asked}
     *
     * @throws org.wyrm.base.error.DebuggerException if a file that the user gave cannot be used, with the reason
     */
    List<SymbolSource> sources(DebugRequest request);
}
