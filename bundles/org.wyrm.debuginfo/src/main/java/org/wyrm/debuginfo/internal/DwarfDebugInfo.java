package org.wyrm.debuginfo.internal;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.constants.ElfMachine;
import org.wyrm.program.spi.DebugInfo;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.MainImage;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.DwarfFile;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.spi.SymbolSource;

/** Reads DWARF of the files that the user gives. */
@Contributes(type = DebugInfo.class, name = "dwarf")
public final class DwarfDebugInfo implements DebugInfo {
    private static final String PER_CPU_SECTION = ".data..percpu";

    @Override
    public String architecture(Path path) {
        try (var file = DebugFile.open(path)) {
            return architecture(path, file.elf());
        }
    }

    private static String architecture(Path path, ElfFile elf) {
        return ElfMachine.of(elf.machine())
                .map(machine ->
                        machine.unameMachine(elf.addressBits(), elf.bytes().order()))
                .orElseThrow(() -> new UnsupportedTargetException(
                        "%s: is for machine %d, which is not supported".formatted(path, elf.machine())));
    }

    @Override
    public List<SymbolSource> sources(DebugRequest request) {
        var sources = new ArrayList<SymbolSource>();
        for (var path : request.files()) {
            request.image().flatMap(image -> refusal(path, image)).ifPresent(why -> {
                throw new UnreadableTargetException(why);
            });
            sources.add(source(path, request));
        }
        return sources;
    }

    private static Optional<String> refusal(Path path, MainImage image) {
        var wanted = new WantedFile.Kernel(image.release(), image.buildId().flatMap(BuildId::parse));
        return GivenFile.classify(path).refusal(List.of(wanted));
    }

    private static SymbolSource source(Path path, DebugRequest request) {
        // Open as long as the program: what it says is read piece by piece, when it is asked.
        var file = DebugFile.open(path);
        if (!file.hasDebugInformation()) {
            file.close();
            throw new UnreadableTargetException(path + ": has no debugging information (no section .debug_info)");
        }
        var dwarf = new DwarfFile(
                path.toString(),
                new Sections(file),
                file.alternate().map(Sections::new),
                request.cache(),
                file.buildId().map(BuildId::digits),
                request.cancellation());
        var slide = request.image().map(MainImage::slide).orElse(0L);
        return new DwarfTypes(dwarf, new AddressMapping(slide, perCpuTemplate(file.elf())));
    }

    private record Sections(DebugFile file) implements DebugSections {
        @Override
        public ByteOrder order() {
            return file.elf().bytes().order();
        }

        @Override
        public Optional<ByteSlice> find(String elfName) {
            return file.section(elfName);
        }
    }

    private static Optional<AddressRange> perCpuTemplate(ElfFile elf) {
        return elf.findSection(PER_CPU_SECTION)
                .filter(section -> section.byteSize() > 0)
                .map(section -> new AddressRange(section.address(), section.address() + section.byteSize() - 1));
    }
}
