package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares that a class is a {@link Command}. It becomes a capability in the bundle's manifest, so that nothing of the
 * class is loaded before somebody says its name.
 */
@Capability(
        namespace = ProvidesCommand.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.command.Command"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesCommand {
    /** The capability namespace of commands. */
    String NAMESPACE = "wyrm.command";

    /** What the user types. */
    @Attribute("name")
    String name();

    /** Other words for it. */
    @Attribute("aliases")
    String[] aliases() default {};

    /** What it does, in a clause: {@code list the tasks of the target}. */
    @Attribute("summary")
    String summary();

    /** The record that its rows are. */
    @Attribute("row")
    Class<? extends Record> row();

    /** The target it wants, by class; {@code Void} for none. */
    @Attribute("target")
    Class<?> target() default Void.class;

    /** How its rows look as text. */
    @Attribute("layout")
    Layout layout() default Layout.TABLE;

    /** Whether it usually runs for more than a second; the start script then lets the JVM compile fully. */
    @Attribute("long")
    boolean longRunning() default false;
}
