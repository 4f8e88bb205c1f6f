package org.wyrm.lang.c.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.spi.Declarations;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * Variables whose types bundles declare. The texts are cut into declarations at the first use; each is read when its
 * name is asked for, so that one whose type this target lacks does no harm to the others.
 */
final class DeclaredVariables implements SymbolSource, VariableFinder {
    private final Program program;
    private final List<? extends Declarations> declarations;
    private @Nullable Map<String, Text> texts;

    private record Text(String source, String declaration) {}

    DeclaredVariables(Program program, List<? extends Declarations> declarations) {
        this.program = program;
        this.declarations = List.copyOf(declarations);
    }

    @Override
    public String name() {
        return "declarations";
    }

    @Override
    public Optional<VariableFinder> variables() {
        return Optional.of(this);
    }

    @Override
    public List<Variable> findVariables(String name) {
        var text = texts().get(name);
        if (text == null) {
            return List.of();
        }
        var type = new DeclarationParser(program, text.declaration).parse().type();
        return List.of(new Variable(name, type.ref(), new Variable.Location.BySymbol(), text.source));
    }

    private synchronized Map<String, Text> texts() {
        if (texts == null) {
            texts = new HashMap<>();
            for (var each : declarations) {
                cut(each, texts);
            }
        }
        return texts;
    }

    /**
     * Cuts at the semicolons outside braces. The name declared is the last word before an array's bracket, the end of a
     * parenthesis or the semicolon.
     */
    private static void cut(Declarations declarations, Map<String, Text> into) {
        var text = declarations.text();
        var start = 0;
        var braces = 0;
        var name = "";
        var named = false;
        for (var token : Lexer.tokens(text)) {
            if (token.is("{")) {
                braces++;
            } else if (token.is("}")) {
                braces--;
            } else if (braces == 0 && token.is(";")) {
                into.putIfAbsent(name, new Text(declarations.name(), text.substring(start, token.offset())));
                start = token.offset() + 1;
                name = "";
                named = false;
            } else if (token.is("[") || token.is(")")) {
                named = true;
            } else if (braces == 0 && token.kind() == Token.Kind.IDENTIFIER && !named) {
                name = token.text();
            }
        }
        if (!name.isEmpty()) {
            throw new UsageException(declarations.name() + ": the declaration of " + name + " has no semicolon");
        }
    }
}
