/**
 * Bytes of a file or of target memory that know their place. Start at {@link org.wyrm.base.bytes.ByteSlice}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.bytes;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
