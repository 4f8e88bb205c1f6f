package org.wyrm.lang.c.internal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
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
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.Program;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.program.spi.NameScope;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;
import org.wyrm.symbols.TargetType.VoidType;
import org.wyrm.symbols.VariableKind;

/**
 * Works out what an expression stands for. Errors say where in the expression they are. Of one expression; confined to
 * one thread.
 */
final class Evaluator {
    private final Program program;
    private final Tokens tokens;
    private final NameScope scope;
    private final Helpers helpers;
    private final COperators operators;
    private final CTypes types;

    /** Whether only the type counts, as inside {@code sizeof}: then variables are absent, and nothing is read. */
    private boolean isForType;

    Evaluator(Program program, Tokens tokens, NameScope scope, Contributions contributions) {
        this.program = program;
        this.tokens = tokens;
        this.scope = scope;
        this.helpers = new Helpers(program, contributions);
        this.operators = new COperators(program);
        this.types = CTypes.of(program);
    }

    /** {@return the value of a whole expression, or the values that its helper gives} */
    Stream<Value> values(Expression expression) {
        if (!(expression instanceof Call call)) {
            return Stream.of(value(expression));
        }
        try {
            return calls(call);
        } catch (DebuggerException e) {
            throw tokens.mark(e, call.offset());
        }
    }

    private Value value(Expression expression) {
        try {
            return unmarked(expression);
        } catch (DebuggerException e) {
            throw tokens.mark(e, expression.offset());
        }
    }

    // No switches over types here: their first use costs a start 20 ms, see docs/adr/0003.
    private Value unmarked(Expression expression) {
        if (expression instanceof Literal literal) {
            return literal.value();
        }
        if (expression instanceof Name name) {
            return named(name);
        }
        if (expression instanceof Member member) {
            return member(member);
        }
        if (expression instanceof Unary unary) {
            return unary(unary);
        }
        if (expression instanceof Binary binary) {
            return binary(binary);
        }
        if (expression instanceof Subscript subscript) {
            return subscript(subscript);
        }
        if (expression instanceof Slice slice) {
            return slice(slice);
        }
        if (expression instanceof Cast cast) {
            return cast(cast);
        }
        if (expression instanceof Conditional conditional) {
            return conditional(conditional);
        }
        if (expression instanceof Measure measure) {
            return measure(measure);
        }
        if (expression instanceof OffsetOf offsetOf) {
            return program.scalar(types.size(), byteOffset(type(offsetOf.type()), offsetOf.path()));
        }
        if (expression instanceof ContainerOf containerOf) {
            return containerOf(containerOf);
        }
        if (expression instanceof Call call) {
            return called(call);
        }
        if (expression instanceof Comma comma) {
            value(comma.first());
            return operand(comma.second());
        }
        throw new IllegalArgumentException(expression.toString());
    }

    // ---- names -------------------------------------------------------------------------------------------------

    private Value named(Name name) {
        var local = scope.find(name.name());
        if (local.isEmpty() && name.name().startsWith("$")) {
            throw new LookupFailedException("register", name.name(), "there is no frame here that has it");
        }
        var found = local.isPresent() ? local.get() : program.variable(name.name());
        return isForType && found.hasAddress() ? program.absent(found.type(), AbsenceReason.OTHER) : found;
    }

    /**
     * A value where an operator takes one, its number read, so that a fault is told of this part of the expression. An
     * enumerator is an {@code int} there, as C has it, if it fits.
     */
    private Value operand(Expression expression) {
        var value = value(expression);
        if (isEnumerator(expression)) {
            return value.longValue() == (int) value.longValue() ? value.cast(types.intType()) : value;
        }
        return value.type().unaliased() instanceof Scalar ? read(value, expression) : value;
    }

    private Value read(Value value, Expression expression) {
        try {
            return value.read();
        } catch (DebuggerException e) {
            throw tokens.mark(e, expression.offset());
        }
    }

    private boolean isEnumerator(Expression expression) {
        return expression instanceof Name name
                && scope.find(name.name()).isEmpty()
                && program.variables(name.name()).stream().anyMatch(found -> found.kind() == VariableKind.CONSTANT);
    }

    /** The address of what only a symbol tells of; its type is unknown. */
    private Optional<Value> untyped(Expression expression) {
        if (!(expression instanceof Name name)
                || scope.find(name.name()).isPresent()
                || !program.variables(name.name()).isEmpty()) {
            return Optional.empty();
        }
        var address = program.symbol(name.name()).address();
        return Optional.of(program.object(program.type("void"), address));
    }

    // ---- operators ---------------------------------------------------------------------------------------------

    private Value unary(Unary unary) {
        if (unary.operator() == UnaryOperator.ADDRESS_OF) {
            var value = untyped(unary.operand()).orElseGet(() -> value(unary.operand()));
            return operators.apply(UnaryOperator.ADDRESS_OF, value);
        }
        return operators.apply(unary.operator(), operand(unary.operand()));
    }

    /** A chain of operators is as deep as it is long: its left sides are gone through in a loop. */
    private Value binary(Binary binary) {
        var chain = new ArrayDeque<Binary>();
        Expression first = binary;
        while (first instanceof Binary next) {
            chain.push(next);
            first = next.left();
        }
        var result = operand(first);
        for (var each : chain) {
            try {
                result = binary(each, result);
            } catch (DebuggerException e) {
                throw tokens.mark(e, each.offset());
            }
        }
        return result;
    }

    private Value binary(Binary binary, Value left) {
        var operator = binary.operator();
        var isLogical = operator == BinaryOperator.LOGICAL_AND || operator == BinaryOperator.LOGICAL_OR;
        if (isLogical && left.absence().isEmpty()) {
            var isTrue = operators.isTrue(left);
            if (isTrue == (operator == BinaryOperator.LOGICAL_OR)) {
                return program.scalar(types.intType(), isTrue ? 1 : 0);
            }
        }
        return operators.apply(operator, left, operand(binary.right()));
    }

    private Value conditional(Conditional conditional) {
        var condition = operand(conditional.condition());
        var wasForType = isForType;
        var isTrue = condition.absence().isEmpty() && operators.isTrue(condition);
        var taken = operators.decayed(operand(isTrue ? conditional.whenTrue() : conditional.whenFalse()));
        isForType = true;
        Value other;
        try {
            other = operators.decayed(operand(isTrue ? conditional.whenFalse() : conditional.whenTrue()));
        } finally {
            isForType = wasForType;
        }
        var type = isTrue ? common(taken, other) : common(other, taken);
        if (condition.absence().isPresent()) {
            return program.absent(type, condition.absence().get());
        }
        return type.unaliased() instanceof Scalar ? taken.cast(type) : taken;
    }

    /** {@return the type of a conditional expression} */
    private TargetType common(Value left, Value right) {
        var l = left.type().unaliased();
        var r = right.type().unaliased();
        if (CTypes.isArithmetic(l) && CTypes.isArithmetic(r)) {
            return types.common(
                    types.promoted(left.type(), left.bitFieldBits().orElse(0)),
                    types.promoted(right.type(), right.bitFieldBits().orElse(0)));
        }
        if (l instanceof PointerType leftPointer && r instanceof PointerType) {
            return leftPointer.target().resolve().unaliased() instanceof VoidType ? left.type() : right.type();
        }
        if (l instanceof PointerType && CTypes.isInteger(r)) {
            return left.type();
        }
        if (r instanceof PointerType && CTypes.isInteger(l)) {
            return right.type();
        }
        if (CTypes.isCompatible(l, r)) {
            return left.type();
        }
        throw new UsageException("type mismatch in conditional expression (have '%s' and '%s')"
                .formatted(CFormat.name(left.type()), CFormat.name(right.type())));
    }

    private Value cast(Cast cast) {
        var type = type(cast.type());
        var untyped = untyped(cast.operand());
        return untyped.isPresent() ? untyped.get().reinterpret(type) : operators.cast(operand(cast.operand()), type);
    }

    // ---- objects -----------------------------------------------------------------------------------------------

    private Value member(Member member) {
        var object = value(member.object());
        if (member.throughPointer()) {
            object = operators.decayed(object);
            if (!(object.type().unaliased() instanceof PointerType)) {
                throw new UsageException("invalid type argument of '->' (have '" + CFormat.name(object.type()) + "')");
            }
        }
        return (object.type().unaliased() instanceof PointerType ? read(object, member.object()) : object)
                .member(member.name());
    }

    private Value subscript(Subscript subscript) {
        var array = value(subscript.array());
        var index = operand(subscript.index());
        if (CTypes.isInteger(array.type().unaliased())) {
            var swapped = array;
            array = index;
            index = swapped;
        }
        return checkedArray(array, subscript.array()).subscript(index(index));
    }

    private Value slice(Slice slice) {
        var array = checkedArray(value(slice.array()), slice.array());
        return array.slice(index(operand(slice.first())), index(operand(slice.end())));
    }

    private Value checkedArray(Value array, Expression expression) {
        var unaliased = array.type().unaliased();
        if (!(unaliased instanceof ArrayType) && !(unaliased instanceof PointerType)) {
            throw new UsageException("subscripted value is neither array nor pointer nor vector (have '"
                    + CFormat.name(array.type()) + "')");
        }
        return unaliased instanceof PointerType ? read(array, expression) : array;
    }

    private long index(Value value) {
        if (!CTypes.isInteger(value.type().unaliased())) {
            throw new UsageException("array subscript is not an integer (have '" + CFormat.name(value.type()) + "')");
        }
        return value.absence().isPresent() ? 0 : value.cast(types.longType()).longValue();
    }

    private Value containerOf(ContainerOf containerOf) {
        var pointer = operators.decayed(operand(containerOf.pointer()));
        if (!(pointer.type().unaliased() instanceof PointerType)) {
            throw new UsageException("container_of needs a pointer (have '" + CFormat.name(pointer.type()) + "')");
        }
        var type = type(containerOf.type());
        var to = program.pointerTo(type);
        var offset = byteOffset(type, containerOf.path());
        return pointer.absence()
                .map(reason -> program.absent(to, reason))
                .orElseGet(() -> program.scalar(to, pointer.longValue() - offset));
    }

    // ---- types -------------------------------------------------------------------------------------------------

    private TargetType type(TypeOperand operand) {
        if (operand instanceof TypeOf typeOf) {
            return forType(typeOf.expression()).type();
        }
        return operand instanceof PointerTo pointerTo
                ? program.pointerTo(type(pointerTo.target()))
                : ((NamedType) operand).type();
    }

    private Value forType(Expression expression) {
        var wasForType = isForType;
        isForType = true;
        try {
            return value(expression);
        } finally {
            isForType = wasForType;
        }
    }

    private Value measure(Measure measure) {
        var type = measure.operand() instanceof TypeOperand operand
                ? type(operand)
                : measured(measure, expression(measure.operand()));
        var complete = program.complete(type);
        if (type.unaliased() instanceof VoidType || type.unaliased() instanceof FunctionType) {
            return program.scalar(types.size(), 1);
        }
        if (complete.unaliased() instanceof CompoundType compound && !compound.isComplete()) {
            throw new UsageException("invalid application of '%s' to incomplete type '%s'"
                    .formatted(measure.isSize() ? "sizeof" : "_Alignof", CFormat.name(type)));
        }
        return program.scalar(types.size(), measure.isSize() ? Value.sizeOf(complete) : Value.alignOf(complete));
    }

    private TargetType measured(Measure measure, Expression expression) {
        var value = forType(expression);
        if (value.bitFieldBits().isPresent()) {
            throw new UsageException("'%s' applied to a bit-field".formatted(measure.isSize() ? "sizeof" : "_Alignof"));
        }
        return isEnumerator(expression) ? operand(expression).type() : value.type();
    }

    private long byteOffset(TargetType type, List<Step> path) {
        var at = 0L;
        var current = type;
        for (var step : path) {
            if (!(program.complete(current).unaliased() instanceof CompoundType compound)) {
                throw tokens.mark(
                        new UsageException("'%s' is in '%s', which is neither a structure nor a union"
                                .formatted(step.member(), CFormat.name(current))),
                        step.offset());
            }
            var owner = current;
            var member = compound.findMember(step.member())
                    .orElseThrow(() -> tokens.mark(
                            new LookupFailedException("member", step.member(), "in " + CFormat.name(owner)),
                            step.offset()));
            if (member.bitFieldBits().isPresent()) {
                throw new UsageException("attempt to take address of bit-field '" + step.member() + "'");
            }
            at += member.byteOffset();
            current = member.type().resolve();
            for (var index : step.index()) {
                if (!(current.unaliased() instanceof ArrayType array)) {
                    throw new UsageException("'" + step.member() + "' is not an array");
                }
                current = array.element().resolve();
                at += index(operand(index)) * Value.sizeOf(program.complete(current));
            }
        }
        return at;
    }

    // ---- helpers -----------------------------------------------------------------------------------------------

    private Value called(Call call) {
        try (var values = calls(call)) {
            var found = values.limit(2).toList();
            if (found.size() != 1) {
                throw found.isEmpty()
                        ? new LookupFailedException("result", call.name() + "()", "it found nothing")
                        : new UsageException(call.name() + "() has many values, and one is needed here");
            }
            return found.getFirst();
        }
    }

    private Stream<Value> calls(Call call) {
        return helpers.call(call, this::value, this::type);
    }

    /** {@return the value of an argument, or an error if it is a type} */
    static Expression expression(Operand operand) {
        if (operand instanceof ValueOperand value) {
            return value.expression();
        }
        throw new UsageException("a value was expected, not a type");
    }
}
