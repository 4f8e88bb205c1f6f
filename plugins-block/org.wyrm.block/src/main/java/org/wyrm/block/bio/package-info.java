/**
 * What requests are made of: {@code linux/bio.h}. Start at {@link org.wyrm.block.bio.Bios}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.block.bio;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
