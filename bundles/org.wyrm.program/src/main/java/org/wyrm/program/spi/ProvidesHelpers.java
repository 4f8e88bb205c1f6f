package org.wyrm.program.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.wyrm.base.contribution.Contributes;

/**
 * Declares that a class has helpers: static methods with a {@link org.wyrm.program.KernelName}, which expressions and
 * scripts call by that name. The names become a capability in the bundle's manifest, so that a helper is found without
 * loading a class; contributed as {@link org.wyrm.program.KernelName}.
 */
@Capability(
        namespace = Contributes.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.program.KernelName"})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ProvidesHelpers {
    /** The kernel names of its helpers, all of them: {@code find_task}. */
    @Attribute("names")
    String[] names();
}
