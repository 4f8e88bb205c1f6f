/**
 * C types, variables, functions and symbols of a target. Start at {@link org.wyrm.symbols.TargetType}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.symbols;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
