/**
 * Queues of tasks that wait: {@code linux/wait.h}. Start at {@link org.wyrm.linux.wait.WaitQueues}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.wait;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
