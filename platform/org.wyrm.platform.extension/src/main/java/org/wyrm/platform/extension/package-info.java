/**
 * The index of all that bundles contribute, and the extender that makes contributions on first use. Start at
 * {@link org.wyrm.platform.extension.Index} and {@link org.wyrm.platform.extension.BundleContributions}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.platform.extension;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
