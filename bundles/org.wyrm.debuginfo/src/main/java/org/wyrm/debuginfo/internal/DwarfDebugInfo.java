package org.wyrm.debuginfo.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.DebugInfoState.Candidate;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient;
import org.wyrm.debuginfo.debuginfod.DebuginfodSettings;
import org.wyrm.debuginfo.internal.FoundFiles.Owner;
import org.wyrm.debuginfo.symbols.ElfSymbols;
import org.wyrm.debuginfo.symbols.ElfSymbols.Placement;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.constants.ElfMachine;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.Program;
import org.wyrm.program.spi.DebugInfo;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.MainImage;
import org.wyrm.symbols.dwarf.AddressMapping;

/** Reads DWARF: of the files that the user gives, and of those that are found for the target. */
@Contributes(type = DebugInfo.class, name = "dwarf")
public final class DwarfDebugInfo implements DebugInfo {
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
        new Attachment(request, program).run();
    }

    /** One program on the way to its debugging information. Confined to one thread. */
    private static final class Attachment {
        private final DebugRequest request;
        private final Program.Builder program;
        private final DebugInfoState state;
        private final List<GivenFile> givenModules = new ArrayList<>();
        /** Files are open as long as the program: what one says is read piece by piece, when it is asked. */
        private final List<Runnable> closers = new CopyOnWriteArrayList<>();

        private final List<MemorySource> fileMemory = new ArrayList<>();
        private final DebugFileSettings settings;
        private final Optional<DebuginfodClient> client;
        private @Nullable PartFile foundKernel;
        private boolean isKernelGiven;
        private volatile @Nullable ModuleFiles modules;

        Attachment(DebugRequest request, Program.Builder program) {
            this.request = request;
            this.program = program;
            state = new DebugInfoState(request.image().map(image -> DebugPackages.hint(image.release())));
            var said = request.settings();
            settings = DebugFileSettings.below(Path.of("/"))
                    .withDebugDirectories(said.debugDirectories())
                    .withKernelDirectories(said.kernelDirectories())
                    .withWays(SearchWay.chosen(said.tryBy(), said.notBy()));
            client = settings.ways().contains(SearchWay.DEBUGINFOD)
                    ? Optional.of(new DebuginfodClient(
                            DebuginfodSettings.ofEnvironment(said.environment()),
                            request.progress(),
                            request.warnings()))
                    : Optional.empty();
        }

        void run() {
            program.extension(DebugInfoState.class, state);
            program.onClose(() -> closers.forEach(Runnable::run));
            if (!program.mappedFiles().isEmpty()) {
                new ProcessFiles(request, program, state, settings, client, closers).attach();
                return;
            }
            var said = request.settings();
            program.sourceFirst(new FoundFiles(() -> modules(true)));
            for (var path : said.extraFiles().reversed()) {
                addExtra(path);
            }
            for (var path : said.files().reversed()) {
                request.image().ifPresentOrElse(image -> addGiven(path, image), () -> addAlone(path));
            }
            if (request.image().isEmpty()) {
                program.memory(new TargetMemory(
                        AddressSpace.VIRTUAL, program.physicalMemory().order(), fileMemory));
            }
            request.image().ifPresent(this::addFound);
        }

        private DebugFile open(Path path) {
            var file = new DebugFileFinder(settings, List.of(), client, request.cache())
                    .open(path, request.cancellation());
            closers.add(file::close);
            return file;
        }

        /** A file without a target, or one that is said to be of none of its parts. */
        private void addAlone(Path path) {
            var file = open(path);
            fileMemory.addAll(FileMemory.of(file.elf()));
            // Where the lines of a relocatable file are, too: its sections side by side.
            program.sourceFirst(new ElfSymbols(file.elf(), new Placement(file.addresses(), 0), Optional.empty()));
            if (file.hasDebugInformation()) {
                add(new SourceFile(file, SourceFile.slid(file, 0), request, closers), path.toString(), SearchWay.GIVEN);
            }
        }

        private void addExtra(Path path) {
            if (request.image().isEmpty()) {
                addAlone(path);
            } else {
                add(
                        new SourceFile(debugFile(path), AddressMapping.UNKNOWN, request, closers),
                        path.toString(),
                        SearchWay.GIVEN);
            }
        }

        private DebugFile debugFile(Path path) {
            var file = open(path);
            if (!file.hasDebugInformation()) {
                throw new UnreadableTargetException(path + ": has no debugging information (no section .debug_info)");
            }
            return file;
        }

        private void addGiven(Path path, MainImage image) {
            var file = debugFile(path);
            var what = GivenFile.of(file);
            if (what.kind() == GivenFile.Kind.KERNEL_MODULE) {
                // Whether it is of one that is loaded is told when the program can list them.
                givenModules.add(what);
                return;
            }
            what.refusal(List.of(kernel(image))).ifPresent(why -> {
                throw new UnreadableTargetException(why);
            });
            isKernelGiven = true;
            program.sourceFirst(new KernelLabels(question -> question.apply(file.elf()), image.slide()));
            add(
                    new SourceFile(file, SourceFile.slid(file, image.slide()), request, closers),
                    path.toString(),
                    SearchWay.GIVEN);
        }

        private void addFound(MainImage image) {
            var search = request.settings().search();
            // A file given for the kernel is the kernel's: there is no need to look for another.
            if (!isKernelGiven && search != Search.NONE) {
                var finder = new DebugFileFinder(settings, List.of(), client, request.cache());
                var part = new PartFile(
                        kernel(image), file -> SourceFile.slid(file, image.slide()), finder, request, closers);
                var owners = List.of(new Owner(part, address -> true));
                foundKernel = part;
                program.sourceFirst(new FoundFiles(() -> owners));
                program.sourceFirst(new KernelLabels(part::askElf, image.slide()));
                state.add(() -> List.of(new Candidate(Optional.empty(), part::part)));
            }
            if (search == Search.ALL || !givenModules.isEmpty()) {
                var ways = search == Search.ALL ? settings : settings.withWays(Set.of(SearchWay.GIVEN));
                var finder = new DebugFileFinder(ways, givenModules, client, request.cache());
                program.sourceFirst(view -> {
                    var files = new ModuleFiles(view, image.release(), finder, request, closers);
                    modules = files;
                    files.checkGiven(givenModules);
                    state.add(files::candidates);
                    return new FoundFiles(() -> modules(false));
                });
            }
        }

        /**
         * {@return the modules, if it is their turn} Where the kernel's DWARF is there, they are asked after it, before
         * what the target itself has: all of the kernel's BTF would be read to learn that a name is not in it. Without it,
         * BTF tells about the kernel, and the modules' files are looked for when BTF does not know a name.
         */
        private List<Owner> modules(boolean isBeforeBtf) {
            var known = modules;
            var kernel = foundKernel;
            var hasKernel = isKernelGiven || (kernel != null && kernel.isUsed());
            return known != null && isBeforeBtf == hasKernel ? known.list() : List.of();
        }

        private void add(SourceFile source, String label, SearchWay way) {
            program.sourceFirst(source.types());
            state.add(source.part(label, way, List.of()));
        }

        private static WantedFile.Kernel kernel(MainImage image) {
            return new WantedFile.Kernel(image.release(), image.buildId().flatMap(BuildId::parse));
        }
    }
}
