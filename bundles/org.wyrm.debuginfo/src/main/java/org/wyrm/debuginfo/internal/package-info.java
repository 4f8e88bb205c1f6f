/** How places are searched. */
@NullMarked
package org.wyrm.debuginfo.internal;

import org.jspecify.annotations.NullMarked;
