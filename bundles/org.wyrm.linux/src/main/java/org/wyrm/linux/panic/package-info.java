/**
 * Panics and taints: {@code linux/panic.h}. Start at {@link org.wyrm.linux.panic.Panic}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.panic;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
