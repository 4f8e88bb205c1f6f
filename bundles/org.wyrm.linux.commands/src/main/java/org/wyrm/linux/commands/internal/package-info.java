/** Commands about a Linux kernel. */
@NullMarked
package org.wyrm.linux.commands.internal;

import org.jspecify.annotations.NullMarked;
