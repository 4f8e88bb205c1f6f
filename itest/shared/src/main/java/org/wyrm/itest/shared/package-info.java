/** What tests of the whole share. */
@NullMarked
package org.wyrm.itest.shared;

import org.jspecify.annotations.NullMarked;
