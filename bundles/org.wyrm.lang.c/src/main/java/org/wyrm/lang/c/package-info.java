/**
 * C as a language: how types and declarations are written. Start at {@link org.wyrm.lang.c.CFormat}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.lang.c;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
