package org.wyrm.program.spi;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.program.Program;

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
     * Gives a program the sources for what is asked; each reads when it is asked itself.
     *
     * @throws org.wyrm.base.error.DebuggerException if a file that the user gave cannot be used, with the reason
     */
    void attach(DebugRequest request, Program.Builder program);
}
