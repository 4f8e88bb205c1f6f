package org.wyrm.fs.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of the file system layer. */
@Contributes(type = Declarations.class, name = "fs")
public final class FsDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.fs";
    }

    @Override
    public String text() {
        return """
                extern struct list_head super_blocks;
                extern struct file_system_type *file_systems;
                extern struct file_lock_list_struct file_lock_list;
                extern struct kernfs_node *sysfs_root_kn;
                """;
    }
}
