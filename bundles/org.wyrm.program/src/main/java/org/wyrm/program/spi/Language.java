package org.wyrm.program.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.program.Program;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.spi.SymbolSource;

/** A language in which types are written. Contributed under its name: {@code c}. Thread-safe. */
@ConsumerType
public interface Language {
    /**
     * {@return the type that a text names: {@code struct list_head *}}
     *
     * @throws org.wyrm.base.error.LookupFailedException if the program has no such type
     * @throws org.wyrm.base.error.UsageException if the text names no type, with the column
     */
    TargetType parseType(Program program, String text);

    /** {@return what some declarations say of variables; a declaration is read when its name is asked
     * for, and a bundle started when no bundle before it declares the name} */
    SymbolSource declarations(Program program, List<Contribution<Declarations>> declarations);
}
