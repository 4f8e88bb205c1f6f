/**
 * Reads the headers, segments, sections, notes, symbols, relocations and links of ELF files. Start at {@link org.wyrm.elf.ElfFile}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.elf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
