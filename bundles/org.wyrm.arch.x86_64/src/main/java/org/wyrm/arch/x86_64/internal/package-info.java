/** What x86-64 supplies. */
@NullMarked
package org.wyrm.arch.x86_64.internal;

import org.jspecify.annotations.NullMarked;
