/**
 * Counters of memory management: {@code linux/vmstat.h}. Start at {@link org.wyrm.linux.vmstat.Vmstat}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.vmstat;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
