/**
 * BPF programs, maps, links and type information. Start at {@link org.wyrm.bpf.BpfPrograms}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.wyrm.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
