/** How the codecs are called. */
@NullMarked
package org.wyrm.compress.internal;

import org.jspecify.annotations.NullMarked;
