/**
 * Disks, their partitions and the block devices of both: {@code linux/blkdev.h}. Start at {@link
 * org.wyrm.block.blkdev.Disks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.blkdev;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
