package org.wyrm.lang.c.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.KernelHelper;
import org.wyrm.lang.c.internal.Expression.Argument;
import org.wyrm.lang.c.internal.Expression.Call;
import org.wyrm.lang.c.internal.Expression.Literal;
import org.wyrm.lang.c.internal.Expression.Name;
import org.wyrm.lang.c.internal.Expression.TypeOperand;
import org.wyrm.lang.c.internal.Expression.ValueOperand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.VariableKind;

/**
 * Calls helpers by their kernel names. A helper that takes a program is given this one; its other parameters are values,
 * numbers, texts and types. A structure that it returns becomes a pointer, as in the kernel.
 */
final class Helpers {
    private final Program program;
    private final Contributions contributions;

    Helpers(Program program, Contributions contributions) {
        this.program = program;
        this.contributions = contributions;
    }

    /** {@return the values that a helper gives, none if it finds nothing} */
    Stream<Value> call(Call call, Function<Expression, Value> evaluate, Function<TypeOperand, TargetType> type) {
        var named = named(call.name());
        var helper = named.stream()
                .filter(each -> each.parameters().size() == call.arguments().size())
                .findFirst()
                .orElseThrow(() -> wrongCount(call, named));
        var arguments = new ArrayList<Object>();
        var given = call.arguments().iterator();
        for (var parameter : helper.parameters()) {
            arguments.add(argument(parameter, given.next(), evaluate, type));
        }
        return values(call, helper.call(program, arguments));
    }

    private List<KernelHelper> named(String name) {
        var named = KernelHelper.named(contributions, name);
        if (!named.isEmpty()) {
            return named;
        }
        var isFunction =
                program.variables(name).stream().anyMatch(variable -> variable.kind() == VariableKind.FUNCTION);
        throw new LookupFailedException(
                "helper", name, isFunction ? "it is a function of the target, which cannot be called" : "");
    }

    private static UsageException wrongCount(Call call, List<KernelHelper> named) {
        var wanted = named.stream()
                .map(helper -> helper.parameters().size())
                .sorted()
                .map(String::valueOf)
                .toList();
        return new UsageException("%s() takes %s arguments, not %d"
                .formatted(
                        call.name(),
                        String.join(" or ", wanted),
                        call.arguments().size()));
    }

    private Object argument(
            Class<?> parameter,
            Argument argument,
            Function<Expression, Value> evaluate,
            Function<TypeOperand, TargetType> type) {
        if (parameter == TargetType.class) {
            return typeArgument(argument, type);
        }
        if (parameter == String.class) {
            return isString(argument) ? Literals.text(argument.text()) : argument.text();
        }
        var value = evaluate.apply(Evaluator.expression(argument.operand()));
        if (parameter == Value.class) {
            return value;
        }
        if (parameter == long.class) {
            return value.longValue();
        }
        if (parameter == int.class) {
            var number = value.longValue();
            if (number != (int) number) {
                throw new UsageException("'" + argument.text() + "' does not fit in an int: it is " + number);
            }
            return (int) number;
        }
        if (parameter == boolean.class) {
            return value.booleanValue();
        }
        throw new UsageException(
                "it takes a " + parameter.getSimpleName() + ", which an expression cannot give: use it from Java");
    }

    private static boolean isString(Argument argument) {
        return argument.operand() instanceof ValueOperand(Literal literal)
                && argument.text().startsWith("\"")
                && literal.value().type().unaliased() instanceof TargetType.ArrayType;
    }

    private TargetType typeArgument(Argument argument, Function<TypeOperand, TargetType> type) {
        if (argument.operand() instanceof TypeOperand operand) {
            return type.apply(operand);
        }
        if (argument.operand() instanceof ValueOperand(Name name)) {
            return program.type(name.name());
        }
        return program.type(isString(argument) ? Literals.text(argument.text()) : argument.text());
    }

    // No switches over types here: their first use costs a start 20 ms, see docs/adr/0003.
    private Stream<Value> values(Call call, Object result) {
        if (result instanceof Optional<?> found) {
            return found.stream().map(each -> value(call, each));
        }
        return result instanceof Stream<?> all ? all.map(each -> value(call, each)) : Stream.of(value(call, result));
    }

    private Value value(Call call, Object result) {
        if (result instanceof Value value) {
            return asPointer(value);
        }
        if (result instanceof Long number) {
            return program.scalar(program.type("long"), number);
        }
        if (result instanceof Integer number) {
            return program.scalar(program.type("int"), number);
        }
        if (result instanceof Boolean truth) {
            return program.scalar(program.type("_Bool"), truth ? 1 : 0);
        }
        if (result instanceof String text) {
            var bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
            return program.ofBytes(program.arrayOf(program.type("char"), OptionalLong.of(bytes.length)), bytes);
        }
        throw new UsageException("%s() gives a %s, which is no value of C: use it from Java"
                .formatted(call.name(), result.getClass().getSimpleName()));
    }

    private static Value asPointer(Value value) {
        return value.type().unaliased() instanceof CompoundType && value.hasAddress() ? value.addressOf() : value;
    }
}
