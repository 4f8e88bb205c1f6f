/**
 * Disks that are virtio devices: {@code drivers/block/virtio_blk.c} and {@code drivers/virtio/virtio_ring.c}. Start at {@link
 * org.wyrm.block.virtio.VirtioDisks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.virtio;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
