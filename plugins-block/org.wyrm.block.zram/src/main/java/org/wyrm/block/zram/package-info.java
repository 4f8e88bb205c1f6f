/**
 * Disks that are memory, compressed: {@code drivers/block/zram/zram_drv.c}. Start at {@link
 * org.wyrm.block.zram.ZramDisks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.zram;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
