package org.wyrm.platform.extension;

import java.util.List;

/**
 * An option or an argument of a command: a component of its record of options.
 *
 * @param component the component's name
 * @param signature its generic type as a descriptor: {@code Z}, {@code Ljava/util/Optional<Ljava/lang/String;>;}
 * @param names how an option is written, {@code -k} and {@code --kernel}; empty for an argument
 * @param argument what its value is, in capitals
 * @param help what it means, in a clause
 */
public record OptionDeclaration(String component, String signature, List<String> names, String argument, String help) {

    /** {@return what tells it from all others on a command line: an option's last name, an argument's component} */
    public String key() {
        return isArgument() ? component : names.getLast();
    }

    /** {@return whether it is an argument, told by its place} */
    public boolean isArgument() {
        return names.isEmpty();
    }

    /** {@return whether a value belongs to it} */
    public boolean takesValue() {
        return !signature.equals("Z");
    }

    /** {@return whether it may be given several times} */
    public boolean isRepeatable() {
        return signature.startsWith("Ljava/util/List<");
    }

    /** {@return how an argument stands in a line of usage: {@code NAME}, {@code [NAME]}, {@code NAME...}} */
    public String placeholder() {
        if (isRepeatable()) {
            return argument + "...";
        }
        return isRequired() ? argument : "[" + argument + "]";
    }

    /** {@return the words that an argument can be, where its name tells them: {@code list|install|remove}} */
    public List<String> choices() {
        return argument.matches("[a-z]+(\\|[a-z]+)+") ? List.of(argument.split("\\|")) : List.of();
    }

    /** {@return whether it must be given} */
    public boolean isRequired() {
        return isArgument() && signature.equals("Ljava/lang/String;");
    }
}
