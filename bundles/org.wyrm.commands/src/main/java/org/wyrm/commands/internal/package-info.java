/** The debugger's face on the platform: what opens targets, and commands about any program. */
@NullMarked
package org.wyrm.commands.internal;

import org.jspecify.annotations.NullMarked;
