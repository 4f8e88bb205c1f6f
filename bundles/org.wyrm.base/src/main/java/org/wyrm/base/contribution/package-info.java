/**
 * Finds what bundles contribute, made on demand. Start at {@link org.wyrm.base.contribution.Contributions}.
 *
 * <p>What contributes needs all of wyrm's API, so this bundle says which that is: the version of {@code wyrm.api} rises
 * with that of any API package, and by as much. See docs/help/api.md.
 */
@Capability(namespace = "wyrm.api", version = "1.1.0")
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.contribution;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
