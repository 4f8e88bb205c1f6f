/**
 * Lists of the kernel: {@code linux/list.h}. Start at {@link org.wyrm.linux.list.Lists}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.list;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
