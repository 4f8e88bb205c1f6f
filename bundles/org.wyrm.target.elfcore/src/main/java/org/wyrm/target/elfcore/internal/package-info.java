/** Core dumps in ELF, as targets. */
@NullMarked
package org.wyrm.target.elfcore.internal;

import org.jspecify.annotations.NullMarked;
