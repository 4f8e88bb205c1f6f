package org.wyrm.debuginfo.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugInfoState.IndexedFile;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TriedPlace;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.program.LoadedModule;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.MainImage;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.AddressMapping.Piece;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.DwarfFile;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.dwarf.IndexSettings;

/** An open debug file as a source of a program. Thread-safe. */
final class SourceFile implements IndexedFile {
    private static final String PER_CPU_SECTION = ".data..percpu";

    private final DebugFile file;
    private final DwarfFile dwarf;
    private final DwarfTypes types;

    SourceFile(DebugFile file, AddressMapping mapping, DebugRequest request, List<Runnable> closers) {
        var splitFiles = new SplitDebugFiles(file.path());
        closers.add(splitFiles::close);
        this.file = file;
        dwarf = new DwarfFile(
                file.path().toString(),
                new Sections(file, request.image().map(MainImage::release)),
                file.alternate().map(Sections::new),
                splitFiles,
                new IndexSettings(
                        request.cache(),
                        file.buildId().map(BuildId::digits),
                        copy(file.path()),
                        request.cancellation(),
                        request.progress()));
        closers.add(dwarf::close);
        types = new DwarfTypes(dwarf, mapping);
    }

    private static Optional<String> copy(Path path) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            // Not formatted(): a first use of it takes 5 ms, as does the text of a time.
            return Optional.of(path.toAbsolutePath() + " " + attributes.size() + " "
                    + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            // Gone since it was opened.
            return Optional.empty();
        }
    }

    /** {@return where a file is that the target moved as a whole} */
    static AddressMapping slid(DebugFile file, long slide) {
        return AddressMapping.slid(
                slide,
                file.elf()
                        .findSection(PER_CPU_SECTION)
                        .filter(section -> section.byteSize() > 0)
                        .map(section -> range(section.address(), section)));
    }

    /** {@return where the sections of a module's file are in the target} */
    static AddressMapping placed(DebugFile file, LoadedModule module) {
        var addresses = file.addresses();
        // Which of two sections of one name the target means cannot be told.
        var names = new HashSet<String>();
        var ambiguous = new HashSet<String>();
        file.elf().sections().stream()
                .map(ElfSection::name)
                .filter(name -> !names.add(name))
                .forEach(ambiguous::add);
        var targets = module.sections().get();
        var pieces = new ArrayList<Piece>();
        var perCpuTemplate = Optional.<AddressRange>empty();
        for (var section : file.elf().sections()) {
            var target = targets.get(section.name());
            if (target == null
                    || !section.has(ElfSection.SHF_ALLOC)
                    || section.byteSize() == 0
                    || ambiguous.contains(section.name())) {
                continue;
            }
            var first = addresses.address(section);
            if (section.name().equals(PER_CPU_SECTION)) {
                perCpuTemplate = Optional.of(range(first, section));
            } else if (!module.contains(target)) {
                // The memory of what was only there to start the module may be somebody else's by now.
                continue;
            }
            pieces.add(new Piece(first, section.byteSize(), target));
        }
        return AddressMapping.ofPieces(pieces, perCpuTemplate);
    }

    private static AddressRange range(long address, ElfSection section) {
        return new AddressRange(address, address + section.byteSize() - 1);
    }

    ElfFile elf() {
        return file.elf();
    }

    DwarfTypes types() {
        return types;
    }

    Part part(String label, SearchWay way, List<TriedPlace> tried) {
        return new Part(label, file.buildId().map(BuildId::digits), Optional.of(way), Optional.of(this), tried);
    }

    @Override
    public String name() {
        return dwarf.name();
    }

    @Override
    public boolean isIndexKept() {
        return dwarf.isIndexCached();
    }

    @Override
    public long entryCount() {
        return dwarf.entryCount();
    }

    @Override
    public long indexByteSize() {
        return dwarf.indexByteSize();
    }

    @Override
    public List<String> problems() {
        return dwarf.problems();
    }

    /** The sections of a file, as a debugger wants them. */
    record Sections(DebugFile file, Optional<String> kernelRelease) implements DebugSections {
        /** Makes those of a file that is of no kernel. */
        Sections(DebugFile file) {
            this(file, Optional.empty());
        }

        @Override
        public ByteOrder order() {
            return file.elf().bytes().order();
        }

        @Override
        public Optional<ByteSlice> find(String elfName) {
            return file.section(elfName);
        }

        @Override
        public long byteSize(String elfName) {
            return file.sectionByteSize(elfName);
        }

        @Override
        public long address(String elfName) {
            return file.elf()
                    .findDebugSection(elfName)
                    .map(file.addresses()::address)
                    .orElse(0L);
        }

        @Override
        public int addressByteSize() {
            return file.elf().addressBits() / Byte.SIZE;
        }

        @Override
        public boolean areTextsMerged() {
            return file.elf().type() != ElfType.ET_REL.number();
        }
    }
}
