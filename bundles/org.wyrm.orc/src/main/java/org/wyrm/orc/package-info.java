/**
 * Decodes ORC, the unwind tables of the x86-64 kernel. Start at {@link org.wyrm.orc.OrcTable}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.orc;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
