/**
 * XArrays: {@code linux/xarray.h}. Start at {@link org.wyrm.linux.xarray.XArrays}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.xarray;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
