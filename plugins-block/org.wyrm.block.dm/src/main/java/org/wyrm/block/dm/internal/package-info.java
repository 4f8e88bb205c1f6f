/** The command about device-mapper. */
@NullMarked
package org.wyrm.block.dm.internal;

import org.jspecify.annotations.NullMarked;
