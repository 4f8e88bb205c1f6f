/** Scripts in Java: one source file, compiled in memory. Nothing here is for others. */
@NullMarked
package org.wyrm.script.java.internal;

import org.jspecify.annotations.NullMarked;
