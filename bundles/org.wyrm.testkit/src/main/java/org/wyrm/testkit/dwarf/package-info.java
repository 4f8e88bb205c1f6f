/**
 * Builds sections of DWARF for tests. Start at {@link org.wyrm.testkit.dwarf.SectionBuilder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.testkit.dwarf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
