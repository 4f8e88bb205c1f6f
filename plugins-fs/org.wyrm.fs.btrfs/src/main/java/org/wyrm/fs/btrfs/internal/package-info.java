/** The commands of the plug-in. Nothing here is for others. */
@NullMarked
package org.wyrm.fs.btrfs.internal;

import org.jspecify.annotations.NullMarked;
