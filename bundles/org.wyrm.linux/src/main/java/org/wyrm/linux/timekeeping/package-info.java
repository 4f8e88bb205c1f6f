/**
 * Time: {@code linux/timekeeping.h}. Start at {@link org.wyrm.linux.timekeeping.Timekeeping}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.linux.timekeeping;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
