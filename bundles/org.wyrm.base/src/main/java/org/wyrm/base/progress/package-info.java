/**
 * How somebody is told of work that takes long. Start at {@link org.wyrm.base.progress.Progress}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.progress;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
