/**
 * Stack traces: of any thread, by ORC, call frame information or frame pointers, with inlined functions and locals. Start
 * at {@link org.wyrm.unwind.Unwinder}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.unwind;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
