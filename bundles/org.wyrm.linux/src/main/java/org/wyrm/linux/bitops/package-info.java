/**
 * Bits of the kernel: {@code linux/bitops.h}. Start at {@link org.wyrm.linux.bitops.Bitops}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.bitops;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
