/**
 * DWARF as a source of types, variables, functions and lines. Start at {@link org.wyrm.symbols.dwarf.DwarfFile}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.symbols.dwarf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
