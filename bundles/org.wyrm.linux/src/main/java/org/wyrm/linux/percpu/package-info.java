/**
 * Per-CPU variables: {@code linux/percpu.h}. Start at {@link org.wyrm.linux.percpu.Percpu}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.percpu;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
