/**
 * What a command is: options in, rows out. Start at {@link org.wyrm.platform.command.Command}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.platform.command;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
