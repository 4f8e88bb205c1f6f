/** The files that tasks have open, {@code linux/fdtable.h}. Start at {@link org.wyrm.linux.fdtable.OpenFiles}. */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.fdtable;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
