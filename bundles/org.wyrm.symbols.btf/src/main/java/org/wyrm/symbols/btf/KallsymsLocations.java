package org.wyrm.symbols.btf;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

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

    /**
     * {@return the places that VMCOREINFO names, if it names what is needed}
     *
     * @param named gives the address that it has for a symbol
     */
    public static Optional<KallsymsLocations> of(Function<String, OptionalLong> named) {
        var symbolCount = named.apply("kallsyms_num_syms");
        var names = named.apply("kallsyms_names");
        var tokenTable = named.apply("kallsyms_token_table");
        var tokenIndex = named.apply("kallsyms_token_index");
        var offsets = named.apply("kallsyms_offsets");
        var addresses = offsets.isPresent() ? OptionalLong.empty() : named.apply("kallsyms_addresses");
        if (symbolCount.isEmpty()
                || names.isEmpty()
                || tokenTable.isEmpty()
                || tokenIndex.isEmpty()
                || (offsets.isEmpty() && addresses.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new KallsymsLocations(
                symbolCount.getAsLong(),
                names.getAsLong(),
                tokenTable.getAsLong(),
                tokenIndex.getAsLong(),
                offsets,
                offsets.isPresent() ? named.apply("kallsyms_relative_base") : OptionalLong.empty(),
                addresses));
    }
}
