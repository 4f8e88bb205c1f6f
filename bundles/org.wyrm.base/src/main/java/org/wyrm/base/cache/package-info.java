/**
 * What was worked out once, kept in files for the next process. Start at {@link org.wyrm.base.cache.CacheFolder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.cache;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
