/** What a gdb remote stub shows as a target. */
@NullMarked
package org.wyrm.target.gdb.internal;

import org.jspecify.annotations.NullMarked;
