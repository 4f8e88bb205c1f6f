package org.wyrm.program.spi;

import java.util.List;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.spi.SymbolSource;

/** A language in which types and expressions are written. Contributed under its name: {@code c}. Thread-safe. */
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

    /**
     * {@return what an expression stands for: one value, or those of a helper that gives many}
     *
     * @param helpers where the functions are from that an expression may call
     * @throws org.wyrm.base.error.UsageException if the text is no expression, or breaks a rule of the language
     */
    Stream<Value> evaluate(Program program, String expression, NameScope scope, Contributions helpers);

    /** {@return its operators and conversions for values of a program; asked once for each view of one} */
    Operators operators(Program program);
}
