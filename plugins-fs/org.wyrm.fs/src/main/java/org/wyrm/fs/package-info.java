/**
 * File systems: mounts and paths. Start at {@link org.wyrm.fs.Mounts}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.fs;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
