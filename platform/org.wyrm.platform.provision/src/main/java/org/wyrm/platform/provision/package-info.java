/**
 * Plug-ins that a user installs and removes, also while the product runs. Start at
 * {@link org.wyrm.platform.provision.PluginInstaller}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.platform.provision;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
