/**
 * Requests of disks and the queues that they are in: {@code linux/blk-mq.h}. Start at {@link
 * org.wyrm.block.blkmq.RequestQueues}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.blkmq;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
