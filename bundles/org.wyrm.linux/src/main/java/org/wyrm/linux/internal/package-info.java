/** Finds a Linux kernel in a target's memory. */
@NullMarked
package org.wyrm.linux.internal;

import org.jspecify.annotations.NullMarked;
