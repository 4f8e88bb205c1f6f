package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/** Declares that a class is a {@link TargetProvider}. It becomes a capability in the bundle's manifest. */
@Capability(
        namespace = ProvidesTarget.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.command.TargetProvider"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesTarget {
    /** The capability namespace of target providers. */
    String NAMESPACE = "wyrm.target";

    /** What it opens: the class that commands ask for. */
    @Attribute("target")
    Class<?> target();

    /** Its name in messages. */
    @Attribute("name")
    String name();

    /** Those of its options that name a target, as the message says them where none is named. */
    @Attribute("choices")
    String[] choices();
}
