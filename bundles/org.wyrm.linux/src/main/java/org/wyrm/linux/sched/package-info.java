/**
 * Tasks: {@code linux/sched.h}. Start at {@link org.wyrm.linux.sched.Sched}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.sched;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
