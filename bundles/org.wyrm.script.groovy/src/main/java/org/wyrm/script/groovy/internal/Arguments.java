package org.wyrm.script.groovy.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a script says to functions that are not Groovy's. */
final class Arguments {
    /** An argument's number, flags, and the conversion, as {@link java.util.Formatter} has them. */
    private static final Pattern SPECIFIER =
            Pattern.compile("%(?:([0-9]{1,9})\\$)?([-#+ 0,(<]*)[0-9]*(?:\\.[0-9]+)?([tT]?[a-zA-Z%])");

    private Arguments() {}

    /** {@return a number or text of Java's for a value of the target that is one; all else as it is} */
    static @Nullable Object plain(@Nullable Object argument) {
        return argument instanceof ScriptValue value ? value.plain() : argument;
    }

    /** {@return what is formatted: a value of the target is its text for {@code %s}, as it is printed, else its number} */
    static @Nullable Object[] formatted(String format, @Nullable Object[] values) {
        var converted = Arrays.stream(values).map(Arguments::plain).toArray();
        var next = 0;
        var last = 0;
        var specifiers = SPECIFIER.matcher(format);
        while (specifiers.find()) {
            if ("n%".contains(specifiers.group(3))) {
                continue;
            }
            if (specifiers.group(1) != null) {
                last = Integer.parseInt(specifiers.group(1)) - 1;
            } else if (!specifiers.group(2).contains("<")) {
                last = next++;
            }
            var isText = specifiers.group(3).equalsIgnoreCase("s");
            if (isText && last >= 0 && last < values.length && values[last] instanceof ScriptValue value) {
                converted[last] = value.toString();
            }
        }
        return converted;
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
