/**
 * Process identifiers: {@code linux/pid.h}. Start at {@link org.wyrm.linux.pid.Pids}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.pid;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
