package org.wyrm.symbols.spi;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.VariableKind;

/** Finds variables, functions and constants by name. Thread-safe. */
@ConsumerType
public interface VariableFinder {
    /** {@return all that have a name; a function is a variable of a function type} */
    List<Variable> findVariables(String name);

    /** {@return the names of a kind that start with {@code prefix}, in no order, each as often as it is defined} */
    Stream<String> variableNames(VariableKind kind, String prefix);
}
