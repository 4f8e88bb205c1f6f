package org.wyrm.block.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of the block layer that the helpers of this bundle use. */
@Contributes(type = Declarations.class, name = "block")
public final class BlockDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.block";
    }

    @Override
    public String text() {
        return """
                extern struct class block_class;
                extern struct kset *class_kset;
                extern const struct device_type disk_type;
                """;
    }
}
