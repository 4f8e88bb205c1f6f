package org.wyrm.script.groovy.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Field;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** Functions of the language itself, under the names that they have in C or in drgn. */
record Functions(Values values) {
    static final Set<String> NAMES =
            Set.of("Object", "cast", "reinterpret_cast", "container_of", "sizeof", "offsetof", "NULL");

    /** {@return what a function gives} */
    Object call(String name, List<@Nullable Object> given) {
        var arguments =
                given.stream().filter(each -> !(each instanceof ScriptProgram)).toList();
        return switch (name) {
            case "cast" -> values.of(operand(name, arguments, 1).cast(type(name, arguments, 0)));
            case "reinterpret_cast" -> values.of(operand(name, arguments, 1).reinterpret(type(name, arguments, 0)));
            case "container_of" -> containerOf(name, arguments);
            case "sizeof" -> sizeOf(at(name, arguments, 0));
            case "offsetof" ->
                Field.of(type(name, arguments, 0), String.valueOf(at(name, arguments, 1)))
                        .byteOffset();
            case "NULL" -> values.of(values.program().scalar(type(name, arguments, 0), 0));
            default -> object(name, arguments);
        };
    }

    private static Object at(String name, List<@Nullable Object> arguments, int index) {
        var argument = index < arguments.size() ? arguments.get(index) : null;
        if (argument == null) {
            throw new UsageException(name + "() wants more arguments");
        }
        return argument;
    }

    private TargetType type(String name, List<@Nullable Object> arguments, int index) {
        return values.type(at(name, arguments, index));
    }

    private Value operand(String name, List<@Nullable Object> arguments, int index) {
        return values.operand(at(name, arguments, index))
                .orElseThrow(() -> new UsageException(name + "() wants a value, not '" + arguments.get(index) + "'"));
    }

    /** {@code container_of(pointer, type, member)}: a pointer, as in C. */
    private ScriptValue containerOf(String name, List<@Nullable Object> arguments) {
        var member = String.valueOf(at(name, arguments, 2));
        var container = operand(name, arguments, 0).containerOf(type(name, arguments, 1), member);
        return values.of(container.addressOf());
    }

    private Object sizeOf(Object operand) {
        var type = operand instanceof ScriptValue value ? value.type() : values.type(operand);
        return Value.sizeOf(values.program().complete(type));
    }

    /** {@code Object(type, value)}, {@code Object(type, address: A)}: named arguments come first in Groovy. */
    private ScriptValue object(String name, List<@Nullable Object> arguments) {
        if (!arguments.isEmpty() && arguments.getFirst() instanceof Map<?, ?> named) {
            var type = type(name, arguments, 1);
            if (named.containsKey("address")) {
                return values.of(values.program().object(type, values.number(named.get("address"))));
            }
            return values.of(number(named.get("value")).cast(type));
        }
        return values.of(operand(name, arguments, 1).cast(type(name, arguments, 0)));
    }

    private Value number(@Nullable Object value) {
        return values.operand(value)
                .orElseThrow(() -> new UsageException("Object() wants address: or value:, a number"));
    }
}
