package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An argument of a command that is not an option: a component of its record of options, in their order. {@code String}
 * must be given, {@code Optional<String>} may be, and {@code List<String>}, the last, takes the rest. Whether a list may be
 * empty only the command knows: where it may, its name is written {@code [NAME]}.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.RECORD_COMPONENT)
public @interface Argument {
    /** What it is, in capitals: {@code NAME}. */
    String name();

    /** What it means, in a clause. */
    String help();
}
