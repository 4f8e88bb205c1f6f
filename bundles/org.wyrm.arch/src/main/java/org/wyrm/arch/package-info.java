/**
 * What holds for every architecture. Start at {@link org.wyrm.arch.TranslatedMemory}.
 *
 * <p>To add an architecture, see {@code org.wyrm.arch.spi}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.arch;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
