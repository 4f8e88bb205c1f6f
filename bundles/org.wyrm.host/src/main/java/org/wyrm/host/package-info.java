/**
 * System calls of the machine that this debugger runs on, where no class of Java makes them: threads of other processes
 * are stopped. Nothing of it is loaded before one is needed.
 *
 * <p>Start at {@link org.wyrm.host.ThreadStop}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.host;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
