package org.wyrm.symbols.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.Variable;

/** Finds variables, functions and constants by name. Thread-safe. */
@ConsumerType
public interface VariableFinder {
    /** {@return all that have a name; a function is a variable of a function type} */
    List<Variable> findVariables(String name);
}
