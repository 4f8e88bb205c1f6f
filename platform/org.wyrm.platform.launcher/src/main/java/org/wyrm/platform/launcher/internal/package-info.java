@NullMarked
package org.wyrm.platform.launcher.internal;

import org.jspecify.annotations.NullMarked;
