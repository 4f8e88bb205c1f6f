/**
 * Makes compressed bytes whole again, never more of them than the caller allows. Start at {@link
 * org.wyrm.compress.Decompression}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.compress;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
