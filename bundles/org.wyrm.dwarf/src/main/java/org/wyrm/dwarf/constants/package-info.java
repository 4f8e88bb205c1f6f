/**
 * Numbers of DWARF in the standard's spelling.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.dwarf.constants;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
