/** Commands about networks, and where they find what they show. */
@NullMarked
package org.wyrm.net.internal;

import org.jspecify.annotations.NullMarked;
