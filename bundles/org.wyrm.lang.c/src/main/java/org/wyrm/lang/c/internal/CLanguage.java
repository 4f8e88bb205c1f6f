package org.wyrm.lang.c.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.program.spi.NameScope;
import org.wyrm.program.spi.Operators;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.spi.SymbolSource;

/** C. */
@Contributes(type = Language.class, name = "c")
public final class CLanguage implements Language {
    @Override
    public TargetType parseType(Program program, String text) {
        var declaration = new DeclarationParser(program, text).parse();
        if (declaration.name().isPresent()) {
            throw new UsageException(
                    "'" + text + "' declares '" + declaration.name().get() + "': a type without a name was expected");
        }
        return declaration.type();
    }

    @Override
    public SymbolSource declarations(Program program, List<Contribution<Declarations>> declarations) {
        return new DeclaredVariables(program, declarations);
    }

    @Override
    public Stream<Value> evaluate(Program program, String expression, NameScope scope, Contributions helpers) {
        var tokens = new Tokens(expression);
        var parsed = new ExpressionParser(program, tokens, scope).parse();
        return new Evaluator(program, tokens, scope, helpers).values(parsed);
    }

    @Override
    public Operators operators(Program program) {
        return new COperators(program);
    }
}
