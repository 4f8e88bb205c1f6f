package org.wyrm.fs.ext4.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables that the commands of this bundle use. */
@Contributes(type = Declarations.class, name = "ext4")
public final class Ext4Declarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.fs.ext4";
    }

    @Override
    public String text() {
        return """
                extern struct clocksource clocksource_jiffies;
                """;
    }
}
