package org.wyrm.lang.c.internal;

import java.util.List;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** A part of an expression. Each knows its offset in the text, in characters: that of its operator, or of its word. */
sealed interface Expression {
    int offset();

    /** A constant. */
    record Literal(Value value, int offset) implements Expression {}

    /** A variable, function, enumerator or register. */
    record Name(String name, int offset) implements Expression {}

    /** An operator before its operand. */
    record Unary(UnaryOperator operator, Expression operand, int offset) implements Expression {}

    /** Both sides are evaluated, but for {@code &&} and {@code ||}. */
    record Binary(BinaryOperator operator, Expression left, Expression right, int offset) implements Expression {}

    /** {@code a, b}. */
    record Comma(Expression first, Expression second, int offset) implements Expression {}

    /** {@code a ? b : c}. */
    record Conditional(Expression condition, Expression whenTrue, Expression whenFalse, int offset)
            implements Expression {}

    /** {@code (type) a}. */
    record Cast(TypeOperand type, Expression operand, int offset) implements Expression {}

    /** {@code a.b} and {@code a->b}. */
    record Member(Expression object, String name, boolean throughPointer, int offset) implements Expression {}

    /** {@code a[b]}. */
    record Subscript(Expression array, Expression index, int offset) implements Expression {}

    /** {@code a[b:c]}: the elements from b to before c, as an array. */
    record Slice(Expression array, Expression first, Expression end, int offset) implements Expression {}

    /** {@code sizeof} and {@code _Alignof}. */
    record Measure(boolean isSize, Operand operand, int offset) implements Expression {}

    /** {@code offsetof(type, member)}. */
    record OffsetOf(TypeOperand type, List<Step> path, int offset) implements Expression {}

    /** {@code container_of(pointer, type, member)}. */
    record ContainerOf(Expression pointer, TypeOperand type, List<Step> path, int offset) implements Expression {}

    /** The call of a helper. */
    record Call(String name, List<Argument> arguments, int offset) implements Expression {}

    /** {@code .member} or {@code [index]} in a path. */
    record Step(String member, List<Expression> index, int offset) {}

    /** What a helper is given. A word may be a value, a type or a member's name: the helper's parameter decides. */
    record Argument(Operand operand, String text, int offset) {}

    /** What stands where C takes an expression or a type. */
    sealed interface Operand {}

    /** A value. */
    record ValueOperand(Expression expression) implements Operand {}

    /** A type. */
    sealed interface TypeOperand extends Operand {}

    /** One that is written. */
    record NamedType(TargetType type) implements TypeOperand {}

    /** {@code typeof(expression)}. */
    record TypeOf(Expression expression) implements TypeOperand {}

    /** A pointer to one. */
    record PointerTo(TypeOperand target) implements TypeOperand {}
}
