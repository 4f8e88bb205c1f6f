/** Commands about BPF, and where they find what they show. */
@NullMarked
package org.wyrm.bpf.internal;

import org.jspecify.annotations.NullMarked;
