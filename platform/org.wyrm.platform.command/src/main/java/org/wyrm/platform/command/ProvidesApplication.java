package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/** Declares that a class is an {@link Application}. It becomes a capability in the bundle's manifest. */
@Capability(
        namespace = ProvidesApplication.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.command.Application"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesApplication {
    /** The capability namespace of applications. */
    String NAMESPACE = "wyrm.application";

    /** What follows {@code --application}: {@code org.example.report}. */
    @Attribute("name")
    String id();

    /**
     * A word that starts it as a command is started: {@code wyrm [TARGET] WORD ARGUMENTS}; what follows the first
     * argument is the application's, whatever it looks like. Empty: only {@code --application} does.
     */
    @Attribute("word")
    String word() default "";

    /** What it does, in a clause. */
    @Attribute("summary")
    String summary();
}
