/**
 * The packet filter: {@code linux/netfilter.h}, {@code net/netfilter/nf_tables.h}, {@code linux/netfilter/x_tables.h}. Start
 * at {@link org.wyrm.net.netfilter.Netfilter}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.netfilter;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
