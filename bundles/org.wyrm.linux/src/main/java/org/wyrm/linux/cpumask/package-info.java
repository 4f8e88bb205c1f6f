/**
 * Sets of CPUs: {@code linux/cpumask.h}. Start at {@link org.wyrm.linux.cpumask.Cpumasks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.cpumask;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
