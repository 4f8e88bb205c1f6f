/**
 * Decodes DWARF, versions 2 to 5: sections of bytes in, no file and no program.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.dwarf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
