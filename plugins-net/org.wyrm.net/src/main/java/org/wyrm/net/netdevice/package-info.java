/**
 * Network devices and their addresses. Start at {@link org.wyrm.net.netdevice.NetDevices}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.netdevice;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
