/**
 * Memory management: {@code linux/mm.h}. Start at {@link org.wyrm.linux.mm.Mm}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.mm;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
