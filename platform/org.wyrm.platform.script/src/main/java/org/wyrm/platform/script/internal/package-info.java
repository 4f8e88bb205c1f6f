/** The application that runs scripts. */
@NullMarked
package org.wyrm.platform.script.internal;

import org.jspecify.annotations.NullMarked;
