/**
 * What supplies memory: implement {@link org.wyrm.memory.spi.MemorySource}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.memory.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
