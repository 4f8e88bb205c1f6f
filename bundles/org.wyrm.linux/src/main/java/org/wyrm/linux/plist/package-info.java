/**
 * Lists sorted by priority of the kernel: {@code linux/plist.h}. Start at {@link org.wyrm.linux.plist.Plists}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.plist;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
