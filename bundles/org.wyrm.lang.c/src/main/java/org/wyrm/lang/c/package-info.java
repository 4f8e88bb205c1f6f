/**
 * C as a language: how types and declarations are written: start at {@link org.wyrm.lang.c.CFormat};
 * and how values are: {@link org.wyrm.lang.c.ValueFormat}; what helpers are called: {@link org.wyrm.lang.c.KernelHelper}.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.wyrm.lang.c;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
