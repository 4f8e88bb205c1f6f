/**
 * Scalable bitmaps of the kernel: {@code linux/sbitmap.h}. Start at {@link org.wyrm.linux.sbitmap.Sbitmaps}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.sbitmap;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
