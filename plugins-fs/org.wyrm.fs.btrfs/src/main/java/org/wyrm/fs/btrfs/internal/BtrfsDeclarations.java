package org.wyrm.fs.btrfs.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of btrfs. */
@Contributes(type = Declarations.class, name = "btrfs")
public final class BtrfsDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.fs.btrfs";
    }

    @Override
    public String text() {
        return """
                extern struct list_head fs_uuids;
                """;
    }
}
