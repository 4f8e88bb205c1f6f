/**
 * How a command is told to stop. Start at {@link org.wyrm.base.cancellation.Cancellation}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.cancellation;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
