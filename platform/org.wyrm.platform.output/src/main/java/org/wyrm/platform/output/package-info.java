/**
 * Renders rows as text, JSON and CSV; the only writer of standard output. Start at
 * {@link org.wyrm.platform.output.Output}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.platform.output;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
