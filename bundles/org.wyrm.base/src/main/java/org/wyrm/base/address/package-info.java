/**
 * Addresses, ranges and sizes of a target, with their units in their types.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.base.address;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
