@NullMarked
package org.wyrm.platform.extension.internal;

import org.jspecify.annotations.NullMarked;
