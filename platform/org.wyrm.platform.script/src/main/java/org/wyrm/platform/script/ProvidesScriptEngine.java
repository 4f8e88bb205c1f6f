package org.wyrm.platform.script;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.wyrm.base.contribution.Contributes;

/** Declares that a class is a {@link ScriptEngine}. It becomes a capability in the bundle's manifest. */
@Capability(
        namespace = Contributes.NAMESPACE,
        attribute = {"class=${@class}", "type=org.wyrm.platform.script.ScriptEngine"})
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesScriptEngine {
    /** The name of the language: {@code groovy}. */
    @Attribute("name")
    String language();

    /** How files of the language end, without the dot. */
    @Attribute("extensions")
    String[] extensions();
}
