/**
 * The file system ext4: {@code fs/ext4/ext4.h}. Start at {@link org.wyrm.fs.ext4.Ext4SuperBlocks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.fs.ext4;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
