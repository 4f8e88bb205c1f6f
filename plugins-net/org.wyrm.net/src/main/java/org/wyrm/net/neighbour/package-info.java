/**
 * Neighbours: ARP and neighbour discovery. Start at {@link org.wyrm.net.neighbour.Neighbours}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.net.neighbour;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
