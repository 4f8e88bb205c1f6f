/** Processes of Linux as programs. */
@NullMarked
package org.wyrm.process.internal;

import org.jspecify.annotations.NullMarked;
