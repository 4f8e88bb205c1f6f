/**
 * Finds numbers, bytes, texts and regular expressions in target memory. Start at {@link
 * org.wyrm.memory.search.MemorySearch}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.memory.search;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
