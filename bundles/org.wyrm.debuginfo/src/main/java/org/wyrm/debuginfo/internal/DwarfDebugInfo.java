package org.wyrm.debuginfo.internal;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.DebugInfoState.IndexedFile;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TriedPlace;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.symbols.ElfSymbols;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.constants.ElfMachine;
import org.wyrm.program.Program;
import org.wyrm.program.spi.DebugInfo;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.MainImage;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.DwarfFile;
import org.wyrm.symbols.dwarf.DwarfTypes;

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
    public void attach(DebugRequest request, Program.Builder program) {
        var state = new DebugInfoState();
        program.extension(DebugInfoState.class, state);
        var wanted = request.image()
                .map(image ->
                        new WantedFile.Kernel(image.release(), image.buildId().flatMap(BuildId::parse)));
        var given = request.settings().files();
        for (var path : given.reversed()) {
            // Open as long as the program: what it says is read piece by piece, when it is asked.
            var file = DebugFile.open(path);
            var what = GivenFile.of(file);
            var why = wanted.isPresent() ? what.refusal(List.of(wanted.get())) : Optional.<String>empty();
            if (why.isPresent()) {
                file.close();
                throw new UnreadableTargetException(why.get());
            }
            add(file, path.toString(), Optional.of(SearchWay.GIVEN), List.of(), request, program, state);
        }
        // A file given for the kernel is the kernel's: there is no need to look for another.
        if (given.isEmpty() && wanted.isPresent() && request.settings().search()) {
            search(wanted.get(), request, program, state);
        }
    }

    private static void search(
            WantedFile.Kernel wanted, DebugRequest request, Program.Builder program, DebugInfoState state) {
        var settings = DebugFileSettings.below(Path.of("/"))
                .withDebugDirectories(request.settings().debugDirectories())
                .withKernelDirectories(request.settings().kernelDirectories());
        var result = new DebugFileFinder(settings, List.of()).find(wanted, request.cancellation());
        if (result.debugFile().isPresent()) {
            var found = result.debugFile().get();
            add(
                    DebugFile.open(found.path()),
                    wanted.label(),
                    Optional.of(found.way()),
                    result.tried(),
                    request,
                    program,
                    state);
        } else {
            state.add(new Part(
                    wanted.label(),
                    wanted.buildId().map(BuildId::digits),
                    Optional.empty(),
                    Optional.empty(),
                    result.tried()));
        }
    }

    private static void add(
            DebugFile file,
            String label,
            Optional<SearchWay> way,
            List<TriedPlace> tried,
            DebugRequest request,
            Program.Builder program,
            DebugInfoState state) {
        var path = file.path();
        var slide = request.image().map(MainImage::slide).orElse(0L);
        if (request.image().isEmpty()) {
            // Where the lines of a relocatable file are, too: its sections side by side.
            program.sourceFirst(new ElfSymbols(file.elf(), new Placement(file.addresses(), slide), Optional.empty()));
        }
        program.onClose(file::close);
        var splitFiles = new SplitDebugFiles(path);
        program.onClose(splitFiles::close);
        if (!file.hasDebugInformation()) {
            if (request.image().isPresent()) {
                file.close();
                throw new UnreadableTargetException(path + ": has no debugging information (no section .debug_info)");
            }
            return;
        }
        var dwarf = new DwarfFile(
                path.toString(),
                new Sections(file),
                file.alternate().map(Sections::new),
                splitFiles,
                request.cache(),
                file.buildId().map(BuildId::digits),
                request.cancellation());
        program.sourceFirst(new DwarfTypes(dwarf, new AddressMapping(slide, perCpuTemplate(file.elf()))));
        state.add(new Part(label, file.buildId().map(BuildId::digits), way, Optional.of(new Indexed(dwarf)), tried));
    }

    private record Indexed(DwarfFile file) implements IndexedFile {
        @Override
        public String name() {
            return file.name();
        }

        @Override
        public boolean isIndexKept() {
            return file.isIndexCached();
        }

        @Override
        public long entryCount() {
            return file.entryCount();
        }

        @Override
        public long indexByteSize() {
            return file.indexByteSize();
        }

        @Override
        public List<String> problems() {
            return file.problems();
        }
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
