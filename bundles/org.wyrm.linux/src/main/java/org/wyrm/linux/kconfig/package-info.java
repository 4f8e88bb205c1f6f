/**
 * What a kernel was configured with: {@code kernel/configs.c}. Start at {@link org.wyrm.linux.kconfig.Kconfig}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux.kconfig;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
