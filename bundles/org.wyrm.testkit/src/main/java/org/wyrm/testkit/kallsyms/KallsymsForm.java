package org.wyrm.testkit.kallsyms;

/** In which form a kernel has the addresses. */
public enum KallsymsForm {
    /** {@code kallsyms_addresses}: a pointer each. */
    ABSOLUTE,
    /** {@code kallsyms_offsets} and {@code kallsyms_relative_base}. */
    RELATIVE,
    /** The same, where numbers not below 0 are addresses of per-CPU symbols. */
    RELATIVE_PER_CPU_ABSOLUTE,
    /** {@code kallsyms_offsets} that count from their own places. */
    PLACE_RELATIVE
}
