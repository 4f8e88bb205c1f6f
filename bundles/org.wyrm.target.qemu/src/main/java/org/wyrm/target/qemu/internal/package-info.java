/** A guest of QEMU as a target, by its monitor QMP and the memory of its process. */
@NullMarked
package org.wyrm.target.qemu.internal;

import org.jspecify.annotations.NullMarked;
