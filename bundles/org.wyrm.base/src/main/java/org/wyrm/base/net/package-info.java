/**
 * Files from servers. Start at {@link org.wyrm.base.net.Downloader}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.net;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
