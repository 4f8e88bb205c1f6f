/** Commands about disks, and where they find what they show. */
@NullMarked
package org.wyrm.block.internal;

import org.jspecify.annotations.NullMarked;
