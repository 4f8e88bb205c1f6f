/**
 * The kernel's log: {@code linux/printk.h}. Start at {@link org.wyrm.linux.printk.Printk}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.printk;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
