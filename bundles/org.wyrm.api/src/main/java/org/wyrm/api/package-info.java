/**
 * The debugger as a library. Start at {@link org.wyrm.api.Debugger}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
