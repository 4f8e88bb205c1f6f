/**
 * Device-mapper: {@code linux/device-mapper.h} and {@code drivers/md/dm-core.h}. Start at {@link
 * org.wyrm.block.dm.MappedDevices}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.dm;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
