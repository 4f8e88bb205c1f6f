/**
 * What a system supplies for its threads to be seen: implement {@link org.wyrm.unwind.spi.ThreadFinder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.unwind.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
