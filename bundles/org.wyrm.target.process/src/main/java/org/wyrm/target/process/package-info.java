/**
 * Processes of this machine as targets, for targets that are inside one: a guest's memory is that of QEMU.
 *
 * <p>Start at {@link org.wyrm.target.process.LocalProcess}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.target.process;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
