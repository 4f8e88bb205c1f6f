/** How fast the decoders are, on a kernel of the lab. */
@NullMarked
package org.wyrm.bench;

import org.jspecify.annotations.NullMarked;
