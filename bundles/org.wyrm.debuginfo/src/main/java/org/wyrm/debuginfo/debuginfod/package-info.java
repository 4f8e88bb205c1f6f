/**
 * Fetches debug files from servers, for those who ask for it. Start at {@link
 * org.wyrm.debuginfo.debuginfod.DebuginfodClient}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.debuginfo.debuginfod;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
