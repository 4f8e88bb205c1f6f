/**
 * Walks over target memory that always end. Start at {@link org.wyrm.linux.walk.Walk}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.linux.walk;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
