package org.wyrm.symbols.dwarf;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.progress.Progress;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfRelocator;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.testkit.dwarf.DwarfBuilder;

/** Files with DWARF, built or compiled. */
final class TestFiles {
    private TestFiles() {}

    /** Sections in memory, by the names that a file without split DWARF has for them. */
    record Sections(ByteOrder order, Map<String, byte[]> bytes) implements DebugSections {
        @Override
        public Optional<ByteSlice> find(String elfName) {
            return Optional.ofNullable(bytes.get(elfName)).map(content -> ByteSlice.of(elfName, content, order));
        }

        Sections with(String name, byte[] content) {
            var changed = new HashMap<>(bytes);
            changed.put(name, content);
            return new Sections(order, changed);
        }
    }

    static Sections sections(DwarfBuilder dwarf) {
        return new Sections(dwarf.order(), dwarf.build());
    }

    static DwarfFile file(DebugSections sections) {
        return file(sections, Optional.empty(), CacheFolder.none());
    }

    static DwarfFile file(DebugSections sections, Optional<DebugSections> alternate, CacheFolder cache) {
        return new DwarfFile(
                "test",
                sections,
                alternate,
                SplitFiles.none(),
                new IndexSettings(cache, Optional.of("key"), Optional.of("copy"), new Cancellation(), Progress.NONE));
    }

    static DwarfTypes types(DwarfBuilder dwarf) {
        return types(sections(dwarf));
    }

    static DwarfTypes types(DebugSections sections) {
        return new DwarfTypes(file(sections), AddressMapping.NONE);
    }

    /** {@return the sections of a file, relocated if it is an object; those of split DWARF under their plain names} */
    static Sections sections(ElfFile elf) {
        var relocator = new ElfRelocator(elf, ElfSectionAddresses.ofHeaders());
        var bytes = new HashMap<String, byte[]>();
        for (var section : elf.sections()) {
            if (section.name().startsWith(".debug_")) {
                var content = elf.bytes(section);
                var copy = content.toArray(0, content.byteSize());
                if (relocator.concerns(section)) {
                    relocator.apply(section, copy);
                }
                var name = section.name().endsWith(".dwo")
                        ? section.name().substring(0, section.name().length() - ".dwo".length())
                        : section.name();
                bytes.merge(name, copy, TestFiles::joined);
            }
        }
        return new Sections(elf.bytes().order(), bytes);
    }

    /** In an object, each type unit is a section of its own. */
    private static byte[] joined(byte[] first, byte[] second) {
        var both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
