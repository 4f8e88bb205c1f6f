/**
 * Reads target memory by address, whatever it comes from. Start at {@link org.wyrm.memory.TargetMemory}.
 *
 * <p>To add a kind of memory, see {@code org.wyrm.memory.spi}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.memory;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
