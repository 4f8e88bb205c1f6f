/**
 * Runs commands of plug-ins in tests, without the platform. Start at {@link org.wyrm.testkit.plugin.TestContext}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.testkit.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
