package org.wyrm.script.groovy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.KernelHelper;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** A call of a helper by its kernel name. */
record HelperCall(Values values, String name, List<KernelHelper> named) {
    /** {@return what it gives, as a script has it} */
    @Nullable
    Object call(List<@Nullable Object> arguments) {
        // Who knows drgn passes the program.
        var given = !arguments.isEmpty() && arguments.getFirst() instanceof ScriptProgram
                ? arguments.subList(1, arguments.size())
                : arguments;
        var helper = named.stream()
                .filter(each -> each.parameters().size() == given.size())
                .findFirst()
                .orElseThrow(() -> wrongCount(given.size()));
        var converted = new ArrayList<Object>();
        for (var i = 0; i < given.size(); i++) {
            converted.add(argument(helper.parameters().get(i), given.get(i)));
        }
        return result(() -> helper.call(values.program(), converted));
    }

    private interface Call {
        Object call();
    }

    private @Nullable Object result(Call call) {
        var result = call.call();
        return result instanceof BaseStream<?, ?> first
                ? new Walk(first, () -> (BaseStream<?, ?>) call.call(), values::ofJava)
                : values.ofJava(result);
    }

    private UsageException wrongCount(int count) {
        var wanted = named.stream()
                .map(each -> String.valueOf(each.parameters().size()))
                .sorted()
                .toList();
        return new UsageException(
                "%s() takes %s arguments, not %d".formatted(name, String.join(" or ", wanted), count));
    }

    private Object argument(Class<?> wanted, @Nullable Object argument) {
        if (wanted == Value.class) {
            return values.operand(argument).orElseThrow(() -> wrong(wanted, argument));
        }
        if (argument instanceof ScriptRecord given && wanted.isInstance(given.javaRecord())) {
            return given.javaRecord();
        }
        if (wanted == TargetType.class) {
            return values.type(argument);
        }
        if (wanted == boolean.class && argument instanceof Boolean) {
            return argument;
        }
        if (wanted == String.class) {
            return argument instanceof ScriptValue value ? value.string() : String.valueOf(argument);
        }
        var number = values.operand(argument).map(Value::longValue).orElseThrow(() -> wrong(wanted, argument));
        if (wanted == boolean.class) {
            return number != 0;
        }
        if (wanted == int.class) {
            if (number != number.intValue()) {
                throw new UsageException("%s(): %d does not fit in an int".formatted(name, number));
            }
            return number.intValue();
        }
        if (wanted == long.class) {
            return number;
        }
        throw wrong(wanted, argument);
    }

    private UsageException wrong(Class<?> wanted, @Nullable Object argument) {
        var given = argument == null ? "null" : "a " + argument.getClass().getSimpleName();
        return new UsageException("%s() takes a %s, and %s is none".formatted(name, wanted.getSimpleName(), given));
    }
}
