package org.wyrm.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the sections of a relocatable file are in memory. The file does not say: all its sections begin at 0, and the
 * kernel places those of a module when it loads it.
 */
@FunctionalInterface
public interface ElfSectionAddresses {
    /** {@return the address of the first byte of a section; of one that is not in memory, 0} */
    long address(ElfSection section);

    /** {@return the addresses that the section headers give} */
    static ElfSectionAddresses ofHeaders() {
        return ElfSection::address;
    }

    /**
     * Sections side by side, where the file gives them no place: so that each address belongs to one of them. Address 0
     * belongs to none.
     *
     * <p>Immutable and thread-safe. The same file always gives the same addresses.
     */
    final class SideBySide implements ElfSectionAddresses {
        private static final long FIRST_ADDRESS = 0x1000;
        private static final long MOST_ALIGNMENT_BYTES = 1 << 21;

        private final long[] addresses;
        private final List<ElfSection> placed = new ArrayList<>();

        /** Places those sections of a file that are in memory, in the order of their headers. */
        public SideBySide(ElfFile elf) {
            var sections = elf.sections();
            addresses = new long[sections.size()];
            var next = FIRST_ADDRESS;
            for (var section : sections) {
                if (section.has(ElfSection.SHF_ALLOC) && section.byteSize() > 0) {
                    var alignment = Math.clamp(Long.highestOneBit(section.alignmentBytes()), 1, MOST_ALIGNMENT_BYTES);
                    next = (next + alignment - 1) & -alignment;
                    addresses[section.index()] = next;
                    placed.add(section);
                    // One byte stays free, so that the end of one is not the start of the next.
                    next = next + section.byteSize() + 1;
                }
            }
        }

        @Override
        public long address(ElfSection section) {
            return addresses[section.index()];
        }

        /** {@return the section that an address lies in, if it lies in one} */
        public Optional<ElfSection> sectionAt(long address) {
            for (var section : placed) {
                if (Long.compareUnsigned(address - address(section), section.byteSize()) < 0) {
                    return Optional.of(section);
                }
            }
            return Optional.empty();
        }
    }
}
