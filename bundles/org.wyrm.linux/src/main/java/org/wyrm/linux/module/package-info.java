/**
 * Modules: {@code linux/module.h}. Start at {@link org.wyrm.linux.module.Modules}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.module;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
