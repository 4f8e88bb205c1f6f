/**
 * Sockets. Start at {@link org.wyrm.net.sock.Socks}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.sock;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
