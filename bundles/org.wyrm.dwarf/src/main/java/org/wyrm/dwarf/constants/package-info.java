/**
 * The numbers of DWARF under the names that its specification gives them.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.dwarf.constants;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
