/** The command of the plug-in. Nothing here is for others. */
@NullMarked
package org.wyrm.block.zram.internal;

import org.jspecify.annotations.NullMarked;
