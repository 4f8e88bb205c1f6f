/**
 * What can go wrong, each kind with its facts. Start at {@link org.wyrm.base.error.DebuggerException}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.error;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
