/**
 * Memory that is swapped out, {@code linux/swap.h}. Start at {@link org.wyrm.linux.swap.Swap}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.swap;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
