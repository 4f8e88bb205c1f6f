/**
 * Symbol tables of ELF files as sources. Start at {@link org.wyrm.debuginfo.symbols.ElfSymbols}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.debuginfo.symbols;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
