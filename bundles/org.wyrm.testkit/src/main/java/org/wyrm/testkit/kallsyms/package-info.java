/**
 * Builds the kernel's tables of its own symbols for tests. Start at
 * {@link org.wyrm.testkit.kallsyms.KallsymsBuilder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.testkit.kallsyms;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
