package org.wyrm.base.contribution;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares that a class is contributed as a {@link #type()}. It becomes a capability in the bundle's manifest, so that
 * the class is found without being loaded.
 */
@Capability(namespace = Contributes.NAMESPACE, attribute = "class=${@class}")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Contributes {
    /** The capability namespace of contributions. */
    String NAMESPACE = "wyrm.contribution";

    /** What it is contributed as: the class of {@link Contributions#of(Class)}. */
    @Attribute("type")
    Class<?> type();

    /** Its name among its kind. */
    @Attribute("name")
    String name();

    /** Its place among its kind: the lowest is asked first. */
    @Attribute("rank")
    int rank() default 100;
}
