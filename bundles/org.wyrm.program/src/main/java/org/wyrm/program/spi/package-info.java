/**
 * What targets, operating systems and languages supply to a program.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.program.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
