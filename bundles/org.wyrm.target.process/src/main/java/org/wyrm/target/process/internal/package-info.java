/** Processes that run, by {@code /proc} and {@code ptrace}. */
@NullMarked
package org.wyrm.target.process.internal;

import org.jspecify.annotations.NullMarked;
