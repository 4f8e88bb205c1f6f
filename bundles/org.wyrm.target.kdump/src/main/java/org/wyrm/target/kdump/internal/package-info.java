/** Compressed dumps of makedumpfile and QEMU, as targets. */
@NullMarked
package org.wyrm.target.kdump.internal;

import org.jspecify.annotations.NullMarked;
