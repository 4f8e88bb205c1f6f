/**
 * Numbers of the BPF type format in the kernel's spelling. Start at {@link org.wyrm.btf.constants.BtfKind}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.btf.constants;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
