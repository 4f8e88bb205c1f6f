package org.wyrm.lang.c.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType.Keyword;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.Parameter;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.symbols.TypeKind;

/**
 * Reads type names and declarations of C:
 *
 * <pre>
 * declaration = ["extern"] specifiers declarator
 * specifiers  = (qualifier | base word | ("struct" | "union" | "enum") tag | ("struct" | "union") body | typedef name)…
 * body        = "{" (declaration ";")… "}"
 * declarator  = ("*" qualifier…)… (name | "(" declarator ")" | nothing) ("[" [number] "]" | "(" parameters ")")…
 * </pre>
 */
final class DeclarationParser {
    private static final int MAX_NESTING = 64;

    private final Program program;
    private final Tokens tokens;
    private int nesting;

    /** A name with its type; the name is empty in a type name. */
    record Declaration(Optional<String> name, TargetType type) {}

    /** What a declarator does to the type before it, and the name in its middle. */
    private record Declarator(Optional<String> name, UnaryOperator<TargetType> apply) {}

    DeclarationParser(Program program, String text) {
        this(program, new Tokens(text));
    }

    /** Reads a type name in the middle of an expression, say. */
    DeclarationParser(Program program, Tokens tokens) {
        this.program = program;
        this.tokens = tokens;
    }

    /** {@return the one declaration or type name that the text is} */
    Declaration parse() {
        var declaration = declaration();
        accept(";");
        tokens.expectEnd("after the type");
        return declaration;
    }

    /** {@return the type that comes next, which declares no name} */
    TargetType typeName() {
        var first = tokens.peek();
        var declaration = declaration();
        if (declaration.name.isPresent()) {
            throw tokens.error(first, "a type without a name was expected");
        }
        return declaration.type;
    }

    private Declaration declaration() {
        if (++nesting > MAX_NESTING) {
            throw unexpected("so deep inside other types");
        }
        accept("extern");
        var base = specifiers();
        var declarator = declarator();
        nesting--;
        return new Declaration(declarator.name, declarator.apply.apply(base));
    }

    private TargetType specifiers() {
        var qualifiers = EnumSet.noneOf(Qualifier.class);
        var words = new Specifiers();
        TargetType named = null;
        while (peek().kind() == Token.Kind.IDENTIFIER) {
            var word = peek();
            var qualifier = qualifier(word.text());
            if (qualifier.isPresent()) {
                qualifiers.add(qualifier.get());
                next();
            } else if (Specifiers.WORDS.contains(word.text()) && named == null) {
                words.add(word.text());
                next();
            } else if (named == null && words.isEmpty()) {
                next();
                named = named(word);
            } else {
                break;
            }
        }
        if (named == null) {
            named = base(words);
        }
        return program.qualified(named, qualifiers);
    }

    private TargetType named(Token word) {
        return switch (word.text()) {
            case "struct" -> tagged(TypeKind.STRUCT);
            case "union" -> tagged(TypeKind.UNION);
            case "enum" -> tagged(TypeKind.ENUM);
            default -> find(TypeKind.TYPEDEF, word.text());
        };
    }

    private TargetType tagged(TypeKind kind) {
        if (kind != TypeKind.ENUM && accept("{")) {
            return body(kind == TypeKind.STRUCT ? Keyword.STRUCT : Keyword.UNION);
        }
        if (peek().kind() != Token.Kind.IDENTIFIER) {
            throw unexpected("where the tag of a " + kind.label() + " was expected");
        }
        return find(kind, next().text());
    }

    /** The members of an anonymous structure or union, laid out as the ABI does; bit fields are not read. */
    private TargetType body(Keyword keyword) {
        var members = new ArrayList<Member>();
        var byteSize = 0L;
        var byteAlignment = 1L;
        while (!accept("}")) {
            var member = declaration();
            expect(";");
            var alignment = Value.alignOf(member.type());
            var offset = keyword == Keyword.UNION ? 0 : roundUp(byteSize, alignment);
            members.add(new Member(member.name(), member.type().ref(), offset * Byte.SIZE, OptionalInt.empty()));
            byteSize = Math.max(byteSize, offset + Value.sizeOf(member.type()));
            byteAlignment = Math.max(byteAlignment, alignment);
        }
        return program.compoundType(keyword, roundUp(byteSize, byteAlignment), members);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    private TargetType find(TypeKind kind, String name) {
        return program.singleType(kind, name).resolve();
    }

    private TargetType base(Specifiers words) {
        if (words.isEmpty()) {
            throw unexpected("where a type was expected");
        }
        var name = words.name().orElseThrow(() -> new UsageException("'" + words + "' is not a type of C"));
        var found = program.findTypes(TypeKind.BASE, name);
        if (!found.isEmpty()) {
            return found.getFirst().resolve();
        }
        return BaseTypes.LP64.find(name).orElseThrow();
    }

    private Declarator declarator() {
        UnaryOperator<TargetType> pointers = UnaryOperator.identity();
        while (accept("*")) {
            var qualifiers = EnumSet.noneOf(Qualifier.class);
            for (var next = qualifier(peek().text()); next.isPresent(); next = qualifier(peek().text())) {
                qualifiers.add(next.get());
                next();
            }
            pointers = then(pointers, type -> program.qualified(program.pointerTo(type), qualifiers));
        }
        var inner = new Declarator(Optional.empty(), UnaryOperator.identity());
        if (peek().kind() == Token.Kind.IDENTIFIER) {
            inner = new Declarator(Optional.of(next().text()), UnaryOperator.identity());
        } else if (peek().is("(") && beginsDeclarator(tokens.peek(1))) {
            next();
            if (++nesting > MAX_NESTING) {
                throw unexpected("so deep inside other types");
            }
            inner = declarator();
            nesting--;
            expect(")");
        }
        var suffixes = suffixes();
        return new Declarator(inner.name, then(then(pointers, suffixes), inner.apply));
    }

    /** In {@code int (*f)(void)} the first parenthesis begins a declarator; in {@code int (void)} it does not. */
    private static boolean beginsDeclarator(Token token) {
        return token.is("*") || token.is("(");
    }

    private UnaryOperator<TargetType> suffixes() {
        if (accept("[")) {
            var count = peek().is("]") ? OptionalLong.empty() : OptionalLong.of(number());
            expect("]");
            return then(suffixes(), type -> program.arrayOf(type, count));
        }
        if (accept("(")) {
            return parameters();
        }
        return UnaryOperator.identity();
    }

    private UnaryOperator<TargetType> parameters() {
        var parameters = new ArrayList<Parameter>();
        var variadic = false;
        if (peek().is("void") && tokens.peek(1).is(")")) {
            next();
        }
        while (!accept(")")) {
            if (accept("...")) {
                variadic = true;
                expect(")");
                break;
            }
            var parameter = declaration();
            parameters.add(new Parameter(parameter.name(), parameter.type().ref()));
            if (!peek().is(")")) {
                expect(",");
            }
        }
        var isVariadic = variadic;
        return result -> program.functionType(result, parameters, isVariadic);
    }

    private long number() {
        var token = peek();
        if (token.kind() != Token.Kind.NUMBER) {
            throw unexpected("where a number was expected");
        }
        next();
        try {
            return Long.decode(token.text());
        } catch (NumberFormatException e) {
            throw tokens.error(token, "'" + token.text() + "' is not a number");
        }
    }

    private static UnaryOperator<TargetType> then(UnaryOperator<TargetType> first, UnaryOperator<TargetType> second) {
        return type -> second.apply(first.apply(type));
    }

    private static Optional<Qualifier> qualifier(String word) {
        return Optional.ofNullable(qualifierOrNull(word));
    }

    private static @Nullable Qualifier qualifierOrNull(String word) {
        return switch (word) {
            case "const" -> Qualifier.CONST;
            case "volatile" -> Qualifier.VOLATILE;
            case "restrict", "__restrict" -> Qualifier.RESTRICT;
            case "_Atomic" -> Qualifier.ATOMIC;
            default -> null;
        };
    }

    private Token peek() {
        return tokens.peek();
    }

    private Token next() {
        return tokens.next();
    }

    private boolean accept(String text) {
        return tokens.accept(text);
    }

    private void expect(String text) {
        tokens.expect(text);
    }

    private UsageException unexpected(String where) {
        return tokens.unexpected(where);
    }
}
