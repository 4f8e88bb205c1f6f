/**
 * The file system XFS: {@code fs/xfs/xfs_mount.h}, {@code fs/xfs/xfs_log_priv.h}. Start at {@link
 * org.wyrm.fs.xfs.XfsMounts}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.fs.xfs;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
