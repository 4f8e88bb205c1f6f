package org.wyrm.unwind.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.program.Program;

/**
 * Tells what is at an address that no symbol covers: an object of a kernel's slab cache, the stack of a task. An operating
 * system gives it to a program as an extension. Thread-safe.
 */
@ConsumerType
@FunctionalInterface
public interface AddressNamer {
    /** {@return what is there, in a few words; empty if nothing is known of it, or it cannot be read} */
    Optional<String> name(Program program, long virtualAddress);
}
