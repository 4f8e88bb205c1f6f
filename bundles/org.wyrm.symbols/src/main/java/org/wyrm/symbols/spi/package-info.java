/**
 * What knows types and symbols: implement {@link org.wyrm.symbols.spi.SymbolSource}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.symbols.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
