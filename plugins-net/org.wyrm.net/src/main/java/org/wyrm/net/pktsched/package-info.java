/**
 * Queueing disciplines. Start at {@link org.wyrm.net.pktsched.Qdiscs}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.pktsched;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
