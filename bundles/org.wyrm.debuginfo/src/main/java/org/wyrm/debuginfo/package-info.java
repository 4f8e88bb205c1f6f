/**
 * Finds the files that hold the debug information of kernels, modules, programs and libraries, and opens them. Start at
 * {@link org.wyrm.debuginfo.DebugFileFinder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.debuginfo;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
