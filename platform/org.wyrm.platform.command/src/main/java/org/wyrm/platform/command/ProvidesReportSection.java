package org.wyrm.platform.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares a section of the report of a target: the rows of a command. Stands at the command's class, say; it becomes a
 * capability in the bundle's manifest, so that nothing is loaded for it.
 */
@Capability(
        namespace = ProvidesReportSection.NAMESPACE,
        attribute = "type=org.wyrm.platform.command.ProvidesReportSection")
@Repeatable(ProvidesReportSections.class)
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesReportSection {
    /** The capability namespace of sections. */
    String NAMESPACE = "wyrm.report";

    /** What the user names it by: {@code mounts}. */
    @Attribute("name")
    String name();

    /** What stands above it: {@code Mounts}. */
    @Attribute("title")
    String title();

    /** The command line whose rows it shows, options and arguments with blanks between: {@code bt --crashed}. */
    @Attribute("command")
    String command();

    /** Its place: sections of a lower rank come first. The system has 100, plug-ins begin at 1000. */
    @Attribute("rank")
    int rank() default 1000;
}
