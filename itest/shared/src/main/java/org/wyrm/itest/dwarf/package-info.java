/** Files with DWARF for tests and benchmarks outside of a framework. */
@NullMarked
package org.wyrm.itest.dwarf;

import org.jspecify.annotations.NullMarked;
