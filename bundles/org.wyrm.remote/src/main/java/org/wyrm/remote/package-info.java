/**
 * What ways to a target behind a connection have in common: where the other side is, bytes that are never waited for
 * without end, memory that takes a request to read, and registers as notes.
 *
 * <p>Start at {@link org.wyrm.remote.RemoteAddress} and {@link org.wyrm.remote.RemoteSocket}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.remote;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
