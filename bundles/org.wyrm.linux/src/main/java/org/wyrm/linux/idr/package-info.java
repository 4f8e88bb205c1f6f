/**
 * Maps from identifiers to pointers of the kernel: {@code linux/idr.h}. Start at {@link org.wyrm.linux.idr.Idrs}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.idr;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
