/**
 * Journals of file systems: {@code linux/jbd2.h}. Start at {@link org.wyrm.fs.ext4.jbd2.Journals}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.fs.ext4.jbd2;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
