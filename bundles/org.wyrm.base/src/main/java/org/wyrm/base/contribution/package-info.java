/**
 * Finds what bundles contribute, made on demand. Start at {@link org.wyrm.base.contribution.Contributions}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.contribution;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
