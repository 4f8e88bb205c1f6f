/**
 * Network name spaces. Start at {@link org.wyrm.net.netnamespace.NetNamespaces}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.net.netnamespace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
