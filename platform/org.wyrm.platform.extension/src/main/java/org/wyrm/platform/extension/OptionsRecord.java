package org.wyrm.platform.extension;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;

/** Makes a command's record of options from what the user said. */
public final class OptionsRecord {
    private OptionsRecord() {}

    /**
     * {@return a record of options}
     *
     * @param type the record's class
     * @param declared its components, in their order
     * @param values what was said, by {@link OptionDeclaration#key()}; nothing for what was not said, {@code "true"} for an option without a
     *     value
     * @throws UsageException if an argument is missing or a value is no number
     */
    public static Record make(Class<?> type, List<OptionDeclaration> declared, Map<String, List<String>> values) {
        var components = new Object[declared.size()];
        for (var i = 0; i < components.length; i++) {
            var option = declared.get(i);
            components[i] = value(option, values.getOrDefault(option.key(), List.of()));
        }
        var types = Arrays.stream(components).map(OptionsRecord::componentType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return (Record) constructor.newInstance(components);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new UsageException(String.valueOf(refused.getMessage()));
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new OperationFailedException(
                    type.getName() + " is not as its index says: make the index again (" + e.getMessage() + ")", e);
        }
    }

    private static Class<?> componentType(Object component) {
        if (component instanceof Boolean) {
            return boolean.class;
        }
        return component instanceof List ? List.class : component.getClass();
    }

    private static Object value(OptionDeclaration option, List<String> said) {
        return switch (option.signature()) {
            case "Z" -> !said.isEmpty();
            case "Ljava/lang/String;" -> required(option, said);
            case "Ljava/util/Optional<Ljava/lang/String;>;" -> last(said);
            case "Ljava/util/Optional<Ljava/nio/file/Path;>;" -> last(said).map(OptionsRecord::path);
            case "Ljava/util/OptionalInt;" -> {
                var text = last(said);
                yield text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(intValue(option, text.get()));
            }
            case "Ljava/util/OptionalLong;" -> {
                var text = last(said);
                yield text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(longValue(option, text.get()));
            }
            case "Ljava/util/List<Ljava/lang/String;>;" -> List.copyOf(said);
            case "Ljava/util/List<Ljava/nio/file/Path;>;" ->
                said.stream().map(OptionsRecord::path).toList();
            default -> throw new IllegalArgumentException("no option has the type " + option.signature());
        };
    }

    private static Optional<String> last(List<String> said) {
        return said.isEmpty() ? Optional.empty() : Optional.of(said.getLast());
    }

    private static String required(OptionDeclaration option, List<String> said) {
        return last(said).orElseThrow(() -> new UsageException(option.argument() + " is missing: " + option.help()));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is no file name in this locale: " + e.getReason());
        }
    }

    private static int intValue(OptionDeclaration option, String text) {
        var value = longValue(option, text);
        if (value != (int) value) {
            throw new UsageException(described(option) + ": " + text + " is too large");
        }
        return (int) value;
    }

    private static long longValue(OptionDeclaration option, String text) {
        try {
            return text.startsWith("0x") || text.startsWith("0X")
                    ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                    : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException(described(option) + " wants a number, not '" + text + "'");
        }
    }

    private static String described(OptionDeclaration option) {
        return option.isArgument()
                ? option.argument()
                : "option " + option.names().getLast();
    }
}
