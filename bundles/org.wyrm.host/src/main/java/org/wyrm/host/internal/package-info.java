/** How system calls are made. */
@NullMarked
package org.wyrm.host.internal;

import org.jspecify.annotations.NullMarked;
