package org.wyrm.lang.c.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.internal.Expression.Argument;
import org.wyrm.lang.c.internal.Expression.Binary;
import org.wyrm.lang.c.internal.Expression.Call;
import org.wyrm.lang.c.internal.Expression.Cast;
import org.wyrm.lang.c.internal.Expression.Comma;
import org.wyrm.lang.c.internal.Expression.Conditional;
import org.wyrm.lang.c.internal.Expression.ContainerOf;
import org.wyrm.lang.c.internal.Expression.Literal;
import org.wyrm.lang.c.internal.Expression.Measure;
import org.wyrm.lang.c.internal.Expression.Member;
import org.wyrm.lang.c.internal.Expression.Name;
import org.wyrm.lang.c.internal.Expression.NamedType;
import org.wyrm.lang.c.internal.Expression.OffsetOf;
import org.wyrm.lang.c.internal.Expression.Operand;
import org.wyrm.lang.c.internal.Expression.PointerTo;
import org.wyrm.lang.c.internal.Expression.Slice;
import org.wyrm.lang.c.internal.Expression.Step;
import org.wyrm.lang.c.internal.Expression.Subscript;
import org.wyrm.lang.c.internal.Expression.TypeOf;
import org.wyrm.lang.c.internal.Expression.TypeOperand;
import org.wyrm.lang.c.internal.Expression.Unary;
import org.wyrm.lang.c.internal.Expression.ValueOperand;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.Program;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.spi.NameScope;
import org.wyrm.symbols.TypeKind;

/**
 * Reads expressions of C without side effects:
 *
 * <pre>
 * expression  = conditional ("," conditional)…
 * conditional = binary ["?" expression ":" conditional]
 * binary      = unary (operator unary)…, by C's precedence
 * unary       = ("+" | "-" | "~" | "!" | "*" | "&amp;") unary | "(" type ")" unary | "sizeof" unary | "sizeof" "(" type ")" | postfix
 * postfix     = primary ("." name | "->" name | "[" expression [":" expression] "]" | "(" arguments ")")…
 * primary     = name | file "::" name | "$" register | number | character | string… | "(" expression ")"
 *             | "offsetof" "(" type "," path ")" | "container_of" "(" expression "," type "," path ")"
 * </pre>
 */
final class ExpressionParser {
    /** How deep parentheses and operators may stand in each other. */
    private static final int MAX_NESTING = 400;

    /** How long it may be: a chain of operators is as deep as it is long. */
    private static final int MAX_WORDS = 2_000;

    private static final Set<String> SIDE_EFFECTS =
            Set.of("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--");
    private static final Set<String> TYPE_WORDS =
            Set.of("struct", "union", "enum", "const", "volatile", "restrict", "_Atomic");
    private static final Set<String> TYPEOF = Set.of("typeof", "__typeof__", "__typeof", "typeof_unqual");
    private static final Set<String> ALIGNOF = Set.of("_Alignof", "alignof", "__alignof__");

    private static final Map<String, UnaryOperator> UNARY = new HashMap<>();
    private static final Map<String, BinaryOperator> BINARY = new HashMap<>();

    static {
        for (var operator : UnaryOperator.values()) {
            UNARY.put(operator.sign(), operator);
        }
        for (var operator : BinaryOperator.values()) {
            BINARY.put(operator.sign(), operator);
        }
    }

    private final Program program;
    private final Tokens tokens;
    private final NameScope scope;
    private int nesting;

    ExpressionParser(Program program, Tokens tokens, NameScope scope) {
        this.program = program;
        this.tokens = tokens;
        this.scope = scope;
    }

    /** {@return the one expression that the text is} */
    Expression parse() {
        if (tokens.count() > MAX_WORDS) {
            throw new UsageException("the expression has more than " + MAX_WORDS + " words");
        }
        var expression = expression();
        if (SIDE_EFFECTS.contains(tokens.peek().text())) {
            throw sideEffect();
        }
        tokens.expectEnd("after the expression");
        return expression;
    }

    private UsageException sideEffect() {
        return tokens.error(tokens.peek(), "'" + tokens.peek().text() + "' would change the target");
    }

    private Expression expression() {
        var result = conditional();
        while (tokens.peek().is(",")) {
            var comma = tokens.next();
            result = new Comma(result, conditional(), comma.offset());
        }
        return result;
    }

    private Expression conditional() {
        enter();
        var condition = binary(0);
        if (!tokens.peek().is("?")) {
            nesting--;
            return condition;
        }
        var sign = tokens.next();
        var whenTrue = expression();
        tokens.expect(":");
        var result = new Conditional(condition, whenTrue, conditional(), sign.offset());
        nesting--;
        return result;
    }

    private void enter() {
        if (++nesting > MAX_NESTING) {
            throw tokens.error(tokens.peek(), "the expression is nested deeper than " + MAX_NESTING);
        }
    }

    /** Operators of a precedence or above, those of one precedence from left to right. */
    private Expression binary(int lowest) {
        var result = unary();
        for (var operator = operator(); operator != null && precedence(operator) >= lowest; operator = operator()) {
            var sign = tokens.next();
            result = new Binary(operator, result, binary(precedence(operator) + 1), sign.offset());
        }
        return result;
    }

    private @Nullable BinaryOperator operator() {
        var token = tokens.peek();
        return token.kind() == Token.Kind.PUNCTUATOR ? BINARY.get(token.text()) : null;
    }

    private static int precedence(BinaryOperator operator) {
        return switch (operator) {
            case LOGICAL_OR -> 0;
            case LOGICAL_AND -> 1;
            case OR -> 2;
            case XOR -> 3;
            case AND -> 4;
            case EQUAL, NOT_EQUAL -> 5;
            case LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL -> 6;
            case SHIFT_LEFT, SHIFT_RIGHT -> 7;
            case ADD, SUBTRACT -> 8;
            case MULTIPLY, DIVIDE, REMAINDER -> 9;
        };
    }

    private Expression unary() {
        enter();
        var result = unaryInside();
        nesting--;
        return result;
    }

    private Expression unaryInside() {
        var token = tokens.peek();
        if (token.kind() == Token.Kind.PUNCTUATOR) {
            if (SIDE_EFFECTS.contains(token.text())) {
                throw sideEffect();
            }
            var operator = UNARY.get(token.text());
            if (operator != null) {
                tokens.next();
                return new Unary(operator, unary(), token.offset());
            }
            if (token.is("(") && beginsType(1) && isCast()) {
                return cast();
            }
        }
        if (isMeasure(token)) {
            return measure(tokens.next());
        }
        return postfix();
    }

    private static boolean isMeasure(Token token) {
        return token.kind() == Token.Kind.IDENTIFIER && (token.is("sizeof") || ALIGNOF.contains(token.text()));
    }

    private Expression cast() {
        var parenthesis = tokens.next();
        var type = type();
        tokens.expect(")");
        return new Cast(type, unary(), parenthesis.offset());
    }

    private Expression measure(Token word) {
        Operand operand;
        if (tokens.peek().is("(") && beginsType(1)) {
            tokens.next();
            operand = type();
            tokens.expect(")");
        } else {
            operand = new ValueOperand(unary());
        }
        return new Measure(word.is("sizeof"), operand, word.offset());
    }

    // ---- types -------------------------------------------------------------------------------------------------

    /** Whether the word after some is one that only a type begins with, or names a type and no variable. */
    private boolean beginsType(int count) {
        var token = tokens.peek(count);
        if (token.kind() != Token.Kind.IDENTIFIER || isMeasure(token)) {
            return false;
        }
        return TYPE_WORDS.contains(token.text())
                || Specifiers.WORDS.contains(token.text())
                || TYPEOF.contains(token.text())
                || isTypedef(count);
    }

    /** A name in parentheses is looked up only where a cast could be: before a {@code )} or a {@code *}. */
    private boolean isTypedef(int count) {
        var after = tokens.peek(count + 1);
        if (!after.is(")") && !after.is("*") && !after.is("[") && !after.is("(")) {
            return after.kind() == Token.Kind.IDENTIFIER;
        }
        var name = tokens.peek(count).text();
        return scope.find(name).isEmpty()
                && program.variables(name).isEmpty()
                && !program.findTypes(TypeKind.TYPEDEF, name).isEmpty();
    }

    /** {@code (name)} at the end of an expression is a value, whatever it names: the error tells about it. */
    private boolean isCast() {
        return !(tokens.peek(2).is(")") && tokens.peek(3).kind() == Token.Kind.END);
    }

    private TypeOperand type() {
        var token = tokens.peek();
        if (token.kind() == Token.Kind.IDENTIFIER && TYPEOF.contains(token.text())) {
            return typeOf();
        }
        try {
            return new NamedType(new DeclarationParser(program, tokens).typeName());
        } catch (DebuggerException e) {
            throw tokens.mark(e, token.offset());
        }
    }

    private TypeOperand typeOf() {
        tokens.next();
        tokens.expect("(");
        var type = beginsType(0) ? type() : new TypeOf(expression());
        tokens.expect(")");
        while (tokens.peek().is("*")) {
            tokens.next();
            type = new PointerTo(type);
        }
        return type;
    }

    // ---- names and what follows them ---------------------------------------------------------------------------

    private Expression postfix() {
        var result = primary();
        while (true) {
            var token = tokens.peek();
            if (tokens.accept(".") || tokens.accept("->")) {
                var name = tokens.next();
                if (name.kind() != Token.Kind.IDENTIFIER) {
                    throw tokens.error(name, "the name of a member was expected");
                }
                result = new Member(result, name.text(), token.is("->"), name.offset());
            } else if (tokens.accept("[")) {
                result = subscript(result, token);
            } else if (token.is("(")) {
                if (!(result instanceof Name name)) {
                    throw tokens.error(token, "only helpers can be called, by their names");
                }
                tokens.next();
                result = call(name);
            } else if (token.is("++") || token.is("--")) {
                throw sideEffect();
            } else {
                return result;
            }
        }
    }

    private Expression subscript(Expression array, Token bracket) {
        var first = expression();
        Expression result = new Subscript(array, first, bracket.offset());
        if (tokens.accept(":")) {
            result = new Slice(array, first, expression(), bracket.offset());
        }
        tokens.expect("]");
        return result;
    }

    private Expression primary() {
        var token = tokens.next();
        switch (token.kind()) {
            case NUMBER, CHARACTER -> {
                return literal(token, List.of());
            }
            case STRING -> {
                var parts = new ArrayList<>(List.of(token.text()));
                while (tokens.peek().kind() == Token.Kind.STRING) {
                    parts.add(tokens.next().text());
                }
                return literal(token, parts);
            }
            case IDENTIFIER -> {
                return named(token);
            }
            default -> {
                if (!token.is("(")) {
                    throw expected(token);
                }
            }
        }
        var inside = expression();
        tokens.expect(")");
        return inside;
    }

    private UsageException expected(Token token) {
        var found = token.kind() == Token.Kind.END ? "the end" : "'" + token.text() + "'";
        return tokens.error(token, found + " is not expected where a value was expected");
    }

    private Expression literal(Token token, List<String> strings) {
        try {
            var value = switch (token.kind()) {
                case NUMBER -> Literals.number(program, token.text());
                case CHARACTER -> Literals.character(program, token.text());
                default -> Literals.string(program, strings);
            };
            return new Literal(value, token.offset());
        } catch (UsageException e) {
            throw tokens.error(token, String.valueOf(e.getMessage()));
        }
    }

    private Expression named(Token token) {
        if (!tokens.peek().is("(")) {
            return new Name(token.text(), token.offset());
        }
        return switch (token.text()) {
            case "offsetof", "__builtin_offsetof" -> offsetOf(token);
            case "container_of", "list_entry" -> containerOf(token);
            default -> new Name(token.text(), token.offset());
        };
    }

    private Expression offsetOf(Token word) {
        tokens.expect("(");
        var type = type();
        tokens.expect(",");
        var path = path();
        tokens.expect(")");
        return new OffsetOf(type, path, word.offset());
    }

    private Expression containerOf(Token word) {
        tokens.expect("(");
        var pointer = conditional();
        tokens.expect(",");
        var type = type();
        tokens.expect(",");
        var path = path();
        tokens.expect(")");
        return new ContainerOf(pointer, type, path, word.offset());
    }

    /** {@code member.other[3].third}. */
    private List<Step> path() {
        var steps = new ArrayList<Step>();
        do {
            var name = tokens.next();
            if (name.kind() != Token.Kind.IDENTIFIER) {
                throw tokens.error(name, "the name of a member was expected");
            }
            var indices = new ArrayList<Expression>();
            while (tokens.accept("[")) {
                indices.add(expression());
                tokens.expect("]");
            }
            steps.add(new Step(name.text(), List.copyOf(indices), name.offset()));
        } while (tokens.accept("."));
        return List.copyOf(steps);
    }

    private Expression call(Name name) {
        var arguments = new ArrayList<Argument>();
        while (!tokens.accept(")")) {
            if (!arguments.isEmpty()) {
                tokens.expect(",");
            }
            var first = tokens.peek();
            var operand = beginsType(0) ? type() : new ValueOperand(conditional());
            arguments.add(new Argument(operand, tokens.textFrom(first), first.offset()));
        }
        return new Call(name.name(), List.copyOf(arguments), name.offset());
    }
}
