/** The reader of C. */
@NullMarked
package org.wyrm.lang.c.internal;

import org.jspecify.annotations.NullMarked;
