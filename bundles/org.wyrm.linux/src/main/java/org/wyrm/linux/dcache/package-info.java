/**
 * The cache of names in file systems, {@code linux/dcache.h}. Start at {@link org.wyrm.linux.dcache.Dcache}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.dcache;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
