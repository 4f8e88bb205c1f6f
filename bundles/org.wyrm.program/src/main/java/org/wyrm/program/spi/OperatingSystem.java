package org.wyrm.program.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.program.Program;

/** What runs in a target: finds the target's virtual memory and symbols. Contributed under its name. Thread-safe. */
@ConsumerType
public interface OperatingSystem {
    /** {@return whether an image is of this system, told without much work} */
    boolean recognises(TargetImage image);

    /**
     * Gives a program its virtual memory, its symbol sources and what else the system knows. Reads only what it takes
     * to tell whether the target is sound.
     *
     * @throws org.wyrm.base.error.DebuggerException if the image cannot be understood, with place and cause
     */
    void attach(TargetImage image, Program.Builder program, Contributions contributions);
}
