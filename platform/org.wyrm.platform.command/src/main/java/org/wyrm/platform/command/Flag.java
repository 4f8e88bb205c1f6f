package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An option of a command: a component of its record of options. By the component's type, {@code boolean} takes no
 * argument; {@code Optional<String>}, {@code Optional<Path>}, {@code OptionalInt} and {@code OptionalLong} take one
 * (a number may be written {@code 0x…}); {@code List<String>} and {@code List<Path>} take one each time.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.RECORD_COMPONENT)
public @interface Flag {
    /** How it is written: {@code -k}, {@code --kernel}. */
    String[] names();

    /** What its argument is, in capitals: {@code FILE}; empty where it takes none. */
    String argument() default "";

    /** What it does, in a clause. */
    String help();
}
