package org.wyrm.debuginfo.symbols;

import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.elf.ElfSymbolTable;

/**
 * The letters that {@code nm} prints for symbols: what the symbol is, if it is special, and else what its section is;
 * large for those seen outside the file. Immutable and thread-safe.
 */
final class SymbolLetters {
    private static final char UNKNOWN = '?';

    private final ElfSymbolTable table;
    private final char[] ofSections;

    SymbolLetters(ElfFile elf, ElfSymbolTable table) {
        this.table = table;
        var sections = elf.sections();
        ofSections = new char[sections.size()];
        for (var i = 0; i < ofSections.length; i++) {
            ofSections[i] = ofSection(sections.get(i));
        }
    }

    char letter(int symbol) {
        var section = table.sectionIndex(symbol);
        var binding = table.binding(symbol);
        var isObject = table.type(symbol) == ElfSymbol.STT_OBJECT || table.type(symbol) == ElfSymbol.STT_COMMON;
        if (section == ElfSymbol.SHN_COMMON) {
            return 'C';
        }
        if (section == ElfSymbol.SHN_UNDEF) {
            return binding == ElfSymbol.STB_WEAK ? isObject ? 'v' : 'w' : 'U';
        }
        if (table.type(symbol) == ElfSymbol.STT_GNU_IFUNC) {
            return 'i';
        }
        return switch (binding) {
            case ElfSymbol.STB_WEAK -> isObject ? 'V' : 'W';
            case ElfSymbol.STB_GNU_UNIQUE -> 'u';
            case ElfSymbol.STB_LOCAL -> placed(section);
            case ElfSymbol.STB_GLOBAL -> Character.toUpperCase(placed(section));
            default -> UNKNOWN;
        };
    }

    private char placed(int section) {
        if (section == ElfSymbol.SHN_ABS) {
            return 'a';
        }
        return section > 0 && section < ofSections.length ? ofSections[section] : UNKNOWN;
    }

    private static char ofSection(ElfSection section) {
        var hasContent = section.type() != ElfSection.SHT_NOBITS;
        var isReadOnly = !section.has(ElfSection.SHF_WRITE);
        if (section.has(ElfSection.SHF_EXECINSTR)) {
            return 't';
        }
        if (section.has(ElfSection.SHF_ALLOC) && hasContent) {
            return isReadOnly ? 'r' : 'd';
        }
        if (!hasContent) {
            return 'b';
        }
        if (isDebugInformation(section)) {
            return 'N';
        }
        return isReadOnly ? 'n' : UNKNOWN;
    }

    private static boolean isDebugInformation(ElfSection section) {
        var name = section.name();
        return !section.has(ElfSection.SHF_ALLOC)
                && (name.startsWith(".debug")
                        || name.startsWith(".zdebug")
                        || name.startsWith(".gnu.debuglto_.debug_")
                        || name.startsWith(".gnu.linkonce.wi.")
                        || name.startsWith(".line")
                        || name.startsWith(".stab")
                        || name.startsWith(".note.gnu")
                        || name.equals(".gdb_index"));
    }
}
