/** The running kernel, as a target. */
@NullMarked
package org.wyrm.target.kcore.internal;

import org.jspecify.annotations.NullMarked;
