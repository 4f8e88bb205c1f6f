package org.wyrm.debuginfo.symbols;

import java.util.Optional;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;

/**
 * The symbol table of an ELF file as a source: {@code .symtab}, or {@code .dynsym} where there is no other.
 *
 * <p>Left out is what is no place in memory: symbols that are not defined here, without a name, of sections and source
 * files, common and thread-local ones. The letters are those of {@code nm}.
 *
 * <p>Thread-safe. Nothing is read before something is asked.
 */
public final class ElfSymbols implements SymbolSource {
    private final ElfSymbolFinder finder;

    /**
     * What moves symbols from where the file has them to where they are.
     *
     * @param sections where the sections of a relocatable file are; not asked for any other file
     * @param bias what is added to each address of a file that is not relocatable, but for absolute symbols
     */
    public record Placement(ElfSectionAddresses sections, long bias) {
        /** {@return the one for a file that is loaded with a bias} */
        public static Placement biased(long bias) {
            return new Placement(ElfSectionAddresses.ofHeaders(), bias);
        }

        /** {@return the one for a module whose sections are known} */
        public static Placement of(ElfSectionAddresses sections) {
            return new Placement(sections, 0);
        }
    }

    /**
     * Makes a source of a file.
     *
     * @param module the kernel module or library that the file is of; empty for the main image
     */
    public ElfSymbols(ElfFile elf, Placement placement, Optional<String> module) {
        finder = new ElfSymbolFinder(elf, placement, module);
    }

    @Override
    public String name() {
        return "elf";
    }

    @Override
    public Optional<SymbolFinder> symbols() {
        return Optional.of(finder);
    }
}
