/**
 * Builds BTF, the BPF type format, for tests. Start at {@link org.wyrm.testkit.btf.BtfBuilder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.testkit.btf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
