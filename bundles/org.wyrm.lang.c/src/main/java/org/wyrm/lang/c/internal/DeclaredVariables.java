package org.wyrm.lang.c.internal;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.spi.Declarations;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.VariableKind;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.VariableFinder;

/**
 * Variables whose types bundles declare. A bundle's text is read when no bundle before it declares the name that is
 * asked for, and a declaration when its own name is: so a bundle that is not needed is not started, and a declaration
 * whose type this target lacks does no harm to the others.
 */
final class DeclaredVariables implements SymbolSource, VariableFinder {
    private final Program program;
    private final Queue<Contribution<Declarations>> unread;
    private final Map<String, Text> texts = new HashMap<>();

    private record Text(String source, String declaration) {}

    DeclaredVariables(Program program, List<Contribution<Declarations>> declarations) {
        this.program = program;
        this.unread = new ArrayDeque<>(declarations);
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
        var text = find(name);
        if (text.isEmpty()) {
            return List.of();
        }
        TargetType type;
        try {
            type = new DeclarationParser(program, text.get().declaration)
                    .parse()
                    .type();
        } catch (LookupFailedException noSuchType) {
            // A kernel that has neither the variable nor its type has no such variable; that is no error.
            if (program.symbols(name).isEmpty()) {
                return List.of();
            }
            throw noSuchType;
        }
        return List.of(new Variable(name, type.ref(), new Variable.Location.BySymbol(), text.get().source));
    }

    /** {@inheritDoc} Only those that this target has: bundles declare what some kernels have. */
    @Override
    public Stream<String> variableNames(VariableKind kind, String prefix) {
        return kind == VariableKind.VARIABLE
                ? declared()
                        .filter(name -> name.startsWith(prefix)
                                && !program.symbols(name).isEmpty())
                : Stream.empty();
    }

    private synchronized Stream<String> declared() {
        while (!unread.isEmpty()) {
            readNext();
        }
        return List.copyOf(texts.keySet()).stream();
    }

    private void readNext() {
        cut(unread.remove().get(), texts);
    }

    private synchronized Optional<Text> find(String name) {
        while (!texts.containsKey(name) && !unread.isEmpty()) {
            readNext();
        }
        return Optional.ofNullable(texts.get(name));
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
