@NullMarked
package org.wyrm.platform.provision.internal;

import org.jspecify.annotations.NullMarked;
