/**
 * Linux as an operating system. Start at {@link org.wyrm.linux.LinuxKernel}; helpers are in a package for each kernel
 * header.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.linux;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
