/**
 * The file system btrfs: {@code fs/btrfs/fs.h}, {@code fs/btrfs/space-info.h}, {@code fs/btrfs/volumes.h}. Start at
 * {@link org.wyrm.fs.btrfs.BtrfsInfos}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.fs.btrfs;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
