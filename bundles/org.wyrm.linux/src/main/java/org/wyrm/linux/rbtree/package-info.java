/**
 * Red-black trees: {@code linux/rbtree.h}. Start at {@link org.wyrm.linux.rbtree.Rbtrees}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.rbtree;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
