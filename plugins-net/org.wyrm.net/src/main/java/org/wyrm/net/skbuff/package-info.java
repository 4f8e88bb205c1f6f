/**
 * Socket buffers and the pages behind them. Start at {@link org.wyrm.net.skbuff.Skbuffs}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.skbuff;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
