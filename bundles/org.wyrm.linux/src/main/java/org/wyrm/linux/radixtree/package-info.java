/**
 * Radix trees of the kernel: {@code linux/radix-tree.h}. Start at {@link org.wyrm.linux.radixtree.RadixTrees}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.radixtree;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
