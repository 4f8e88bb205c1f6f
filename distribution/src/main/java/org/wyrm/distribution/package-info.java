/** Makes the product from the bundles that the build made. Runs in the build only. */
@NullMarked
package org.wyrm.distribution;

import org.jspecify.annotations.NullMarked;
