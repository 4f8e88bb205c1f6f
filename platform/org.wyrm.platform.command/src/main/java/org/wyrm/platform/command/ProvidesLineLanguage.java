package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/** Declares that a class is a {@link LineLanguage}. It becomes a capability in the bundle's manifest. */
@Capability(
        namespace = ProvidesLineLanguage.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.command.LineLanguage"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesLineLanguage {
    /** The capability namespace of languages of lines. */
    String NAMESPACE = "wyrm.line";

    /** Its name: {@code c}. */
    @Attribute("name")
    String name();

    /** The command that is given a line: {@code print}. */
    @Attribute("command")
    String command();

    /** The arguments that are written in it, by their names in help: {@code EXPRESSION}. */
    @Attribute("arguments")
    String[] arguments();
}
