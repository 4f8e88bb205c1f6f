/**
 * Decodes the BPF type format, BTF. Start at {@link org.wyrm.btf.Btf}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.btf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
