/**
 * Sets of NUMA nodes of the kernel: {@code linux/nodemask.h}. Start at {@link org.wyrm.linux.nodemask.Nodemasks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.nodemask;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
