package org.wyrm.block.dm.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of device-mapper. */
@Contributes(type = Declarations.class, name = "dm")
public final class DmDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.block.dm";
    }

    @Override
    public String text() {
        return """
                extern struct rb_root name_rb_tree;
                extern struct list_head _name_buckets[64];
                """;
    }
}
