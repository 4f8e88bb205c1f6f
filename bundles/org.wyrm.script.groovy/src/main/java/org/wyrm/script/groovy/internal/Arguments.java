package org.wyrm.script.groovy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a script says to functions that are not Groovy's. */
final class Arguments {
    private Arguments() {}

    /** {@return a number or text of Java's for a value of the target that is one; all else as it is} */
    static @Nullable Object plain(@Nullable Object argument) {
        return argument instanceof ScriptValue value ? value.plain() : argument;
    }

    /** {@return words of a command line; named arguments are options: {@code all: true} is {@code --all}} */
    static List<String> words(List<@Nullable Object> arguments) {
        var words = new ArrayList<String>();
        for (var argument : arguments) {
            if (argument instanceof Map<?, ?> options) {
                options.forEach((name, value) -> addOption(words, String.valueOf(name), value));
            } else if (argument instanceof Iterable<?> list) {
                list.forEach(each -> words.add(String.valueOf(each)));
            } else {
                words.add(String.valueOf(argument));
            }
        }
        // Groovy passes named arguments before all others, and a command's name comes first.
        if (!arguments.isEmpty() && arguments.getFirst() instanceof Map<?, ?> && arguments.size() > 1) {
            var command = String.valueOf(arguments.get(1));
            words.remove(command);
            words.addFirst(command);
        }
        return words;
    }

    private static void addOption(List<String> words, String name, @Nullable Object value) {
        if (Boolean.FALSE.equals(value)) {
            return;
        }
        words.add(name.length() == 1 ? "-" + name : "--" + name.replace('_', '-'));
        if (!Boolean.TRUE.equals(value)) {
            words.add(String.valueOf(value));
        }
    }
}
