package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/** Declares that a class is a {@link Completer}. It becomes a capability in the bundle's manifest. */
@Capability(
        namespace = ProvidesCompleter.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.command.Completer"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesCompleter {
    /** The capability namespace of completers. */
    String NAMESPACE = "wyrm.completer";

    /** Its name: {@code tasks}. */
    @Attribute("name")
    String name();

    /** The arguments and values of options that it completes, by their names in help: {@code PID}, {@code TYPE}. */
    @Attribute("arguments")
    String[] arguments();
}
