/**
 * What an architecture supplies: implement {@link org.wyrm.arch.spi.Architecture}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.arch.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
