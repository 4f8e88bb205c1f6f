package org.wyrm.symbols.btf;

import java.util.OptionalLong;

/**
 * Where the kernel's tables of its own symbols are: virtual addresses, as VMCOREINFO names them or as
 * {@link KallsymsFinder} finds them. Either {@code offsets} is there, until v7.0 with {@code relativeBase}, or
 * {@code addresses}.
 *
 * @param symbolCount of {@code kallsyms_num_syms}, a 32-bit number
 * @param names of {@code kallsyms_names}
 * @param tokenTable of {@code kallsyms_token_table}
 * @param tokenIndex of {@code kallsyms_token_index}
 * @param offsets of {@code kallsyms_offsets}, in kernels with CONFIG_KALLSYMS_BASE_RELATIVE, as all are since v6.15
 * @param relativeBase of {@code kallsyms_relative_base}, a pointer; without it the offsets count from their own places
 * @param addresses of {@code kallsyms_addresses}, in other kernels
 */
public record KallsymsLocations(
        long symbolCount,
        long names,
        long tokenTable,
        long tokenIndex,
        OptionalLong offsets,
        OptionalLong relativeBase,
        OptionalLong addresses) {
    public KallsymsLocations {
        if (offsets.isPresent() == addresses.isPresent() || (relativeBase.isPresent() && offsets.isEmpty())) {
            throw new IllegalArgumentException("either offsets, perhaps with a base, are needed, or addresses");
        }
    }
}
