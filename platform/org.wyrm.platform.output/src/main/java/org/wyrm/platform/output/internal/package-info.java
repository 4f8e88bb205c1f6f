@NullMarked
package org.wyrm.platform.output.internal;

import org.jspecify.annotations.NullMarked;
