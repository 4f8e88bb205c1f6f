/**
 * Numbers of ELF that have names, in the spelling of the specification. Start at {@link
 * org.wyrm.elf.constants.ElfMachine}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.elf.constants;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
