/**
 * A debugged program and its values. Start at {@link org.wyrm.program.Program}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.program;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
