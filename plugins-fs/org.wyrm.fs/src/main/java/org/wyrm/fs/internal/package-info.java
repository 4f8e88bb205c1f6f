/** Commands about file systems. */
@NullMarked
package org.wyrm.fs.internal;

import org.jspecify.annotations.NullMarked;
