/**
 * Maple trees of the kernel: {@code linux/maple_tree.h}. Start at {@link org.wyrm.linux.mapletree.MapleTrees}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.mapletree;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
