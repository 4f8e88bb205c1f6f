@NullMarked
package org.wyrm.app.report.internal;

import org.jspecify.annotations.NullMarked;
