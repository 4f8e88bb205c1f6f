/**
 * Lists that end with a marker of the kernel: {@code linux/list_nulls.h}. Start at {@link org.wyrm.linux.listnulls.ListNulls}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.listnulls;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
