/**
 * Builds ELF files, core dumps, compressed dumps and page tables, byte by byte, and finds the real dumps of the lab.
 * Start at {@link org.wyrm.testkit.dump.VmcoreBuilder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.testkit.dump;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
