/** Commands about ext4. */
@NullMarked
package org.wyrm.fs.ext4.internal;

import org.jspecify.annotations.NullMarked;
