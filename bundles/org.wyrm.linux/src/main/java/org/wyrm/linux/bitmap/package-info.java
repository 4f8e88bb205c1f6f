/**
 * Bitmaps of the kernel: {@code linux/bitmap.h}. Start at {@link org.wyrm.linux.bitmap.Bitmaps}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.bitmap;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
