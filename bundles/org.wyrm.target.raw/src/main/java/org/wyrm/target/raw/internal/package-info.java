/** Physical memory as a plain file. */
@NullMarked
package org.wyrm.target.raw.internal;

import org.jspecify.annotations.NullMarked;
