/**
 * BTF as a source of types and variables, kallsyms as a source of symbols. Start at
 * {@link org.wyrm.symbols.btf.BtfTypes} and {@link org.wyrm.symbols.btf.Kallsyms}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.symbols.btf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
