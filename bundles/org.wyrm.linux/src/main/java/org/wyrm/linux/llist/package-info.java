/**
 * Lists without locks of the kernel: {@code linux/llist.h}. Start at {@link org.wyrm.linux.llist.Llists}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.llist;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
