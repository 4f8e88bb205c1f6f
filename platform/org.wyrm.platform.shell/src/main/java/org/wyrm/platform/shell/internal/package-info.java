@NullMarked
package org.wyrm.platform.shell.internal;

import org.jspecify.annotations.NullMarked;
