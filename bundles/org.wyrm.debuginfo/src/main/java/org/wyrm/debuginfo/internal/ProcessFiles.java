package org.wyrm.debuginfo.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.DebugInfoState.Candidate;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient;
import org.wyrm.debuginfo.internal.FoundFiles.Owner;
import org.wyrm.debuginfo.symbols.ElfSymbols;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.BuildId;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.MappedFile;
import org.wyrm.program.Program;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.symbols.dwarf.DwarfUnwindTables;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.symbols.spi.UnwindTableFinder;

/**
 * Gives a process what its executable and its libraries have: memory that dumps leave out, symbols, call frame
 * information, and debugging information, of the files themselves or of those that belong to them.
 */
final class ProcessFiles {
    private final DebugRequest request;
    private final Program.Builder program;
    private final DebugInfoState state;
    private final DebugFileSettings settings;
    private final Optional<DebuginfodClient> client;
    private final List<Runnable> closers;
    private final List<GivenFile> given = new ArrayList<>();
    private final List<Owner> owners = new ArrayList<>();
    private Optional<Owner> executable = Optional.empty();
    private final List<WantedFile> parts = new ArrayList<>();
    private final List<MemorySource> memory = new ArrayList<>();
    private final TargetMemory dumped;

    ProcessFiles(
            DebugRequest request,
            Program.Builder program,
            DebugInfoState state,
            DebugFileSettings settings,
            Optional<DebuginfodClient> client,
            List<Runnable> closers) {
        this.request = request;
        this.program = program;
        this.state = state;
        this.settings = settings;
        this.client = client;
        this.closers = closers;
        this.dumped = new TargetMemory(
                AddressSpace.VIRTUAL,
                program.physicalMemory().order(),
                program.image().virtualMemory());
    }

    /**
     * Adds all that is found.
     *
     * @throws UnreadableTargetException if a file that the user gave is of no part of the process
     */
    void attach() {
        var files = request.settings().files().stream().map(GivenFile::classify).toList();
        given.addAll(files);
        // These may be of other targets.
        request.settings().extraFiles().forEach(path -> given.add(GivenFile.classify(path)));
        var isFirst = true;
        for (var mapped : program.mappedFiles()) {
            add(mapped, isFirst);
            isFirst = false;
        }
        for (var file : files) {
            file.refusal(parts).ifPresent(why -> {
                throw new UnreadableTargetException(why);
            });
        }
        program.sourceFirst(new FoundFiles(() -> owners, () -> executable));
        // What is in the dump counts: a process may have changed what its files say.
        memory.addAll(program.image().virtualMemory());
        program.memory(
                new TargetMemory(AddressSpace.VIRTUAL, program.physicalMemory().order(), memory));
        state.add(() -> owners.stream()
                .map(owner -> new Candidate(Optional.of(owner.file().wanted().label()), owner.file()::part))
                .toList());
    }

    private void add(MappedFile mapped, boolean isExecutable) {
        var path = Path.of(mapped.path());
        var mappedHere = new WantedFile.Program(path, mapped.buildId().flatMap(BuildId::parse), mapped.content());
        var image = image(mapped, mappedHere);
        if (image.isEmpty()) {
            return;
        }
        // Dumps may leave out the headers, which tell it: then the file that is taken for the process's tells its own.
        var wanted =
                new WantedFile.Program(path, mappedHere.buildId().or(image.get().file()::buildId), mapped.content());
        var file = image.get().file();
        var addresses = image.get().addresses();
        var module = isExecutable ? Optional.<String>empty() : Optional.of(String.valueOf(path.getFileName()));
        parts.add(wanted);
        if (!isRunning()) {
            memory.addAll(image.get().constantMemory(dumped));
        }
        var part = new PartFile(
                wanted,
                debugFile -> addresses,
                new DebugFileFinder(settings, givenFor(wanted), client, request.cache()),
                request,
                closers);
        var owner = new Owner(part, image.get()::contains);
        owners.add(owner);
        if (isExecutable) {
            executable = Optional.of(owner);
        }
        var placement = Placement.biased(image.get().bias());
        program.source(new ElfSymbols(file.elf(), placement, module));
        file.embeddedSymbols().ifPresent(small -> program.source(new ElfSymbols(small, placement, module)));
        program.source(new StrippedSymbols(image.get(), part, module));
        program.source(new Frames(new DwarfUnwindTables(new SourceFile.Sections(file), addresses)));
    }

    /** {@return whether all memory is there: a dump leaves out what files have} */
    private boolean isRunning() {
        return program.image() instanceof RunningProcess;
    }

    /** The call frame information of a file that is loaded: stripping leaves it there. */
    private record Frames(UnwindTableFinder tables) implements SymbolSource {
        @Override
        public String name() {
            return "eh_frame";
        }

        @Override
        public Optional<UnwindTableFinder> unwindTables() {
            return Optional.of(tables);
        }
    }

    /** A file without a build ID is told by its name. */
    private List<GivenFile> givenFor(WantedFile.Program wanted) {
        return given.stream()
                .filter(file -> wanted.buildId().isPresent()
                        || String.valueOf(file.path().getFileName())
                                .equals(String.valueOf(wanted.path().getFileName())))
                .toList();
    }

    private Optional<MappedImage> image(MappedFile mapped, WantedFile.Program wanted) {
        for (var file : givenFor(wanted)) {
            if (file.mismatch(wanted).isEmpty()) {
                var found = open(file.path(), mapped);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        var path = DebugPlaces.ofProgram(settings, wanted);
        return Files.isRegularFile(path) ? verified(path, mapped, wanted) : absent(path, wanted);
    }

    private Optional<MappedImage> absent(Path path, WantedFile.Program wanted) {
        if (wanted.buildId().isPresent()) {
            request.warnings().accept("%s: is not there; what the process had of it is not known".formatted(path));
        }
        return Optional.empty();
    }

    private Optional<MappedImage> verified(Path path, MappedFile mapped, WantedFile.Program wanted) {
        var found = open(path, mapped);
        var buildId = found.flatMap(image -> image.file().buildId());
        if (found.isPresent() && wanted.buildId().isPresent() && !buildId.equals(wanted.buildId())) {
            request.warnings()
                    .accept("%s: is another than the process had: its build ID %s is not %s"
                            .formatted(
                                    path,
                                    buildId.map(BuildId::toString).orElse("(none)"),
                                    wanted.buildId().get()));
            return Optional.empty();
        }
        return found;
    }

    /** {@return a file that is loaded as code; empty for one of data} */
    private Optional<MappedImage> open(Path path, MappedFile mapped) {
        DebugFile file;
        try {
            file = DebugFile.open(path);
        } catch (DebuggerException data) {
            // Most files that are no executables are no ELF files either: fonts, archives of locales.
            return Optional.empty();
        }
        closers.add(file::close);
        return MappedImage.of(file, mapped);
    }
}
