package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.debuginfo.DebugFileFinder;
import org.wyrm.debuginfo.DebugInfoState.Candidate;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.internal.FoundFiles.Owner;
import org.wyrm.elf.BuildId;
import org.wyrm.program.LoadedModule;
import org.wyrm.program.Program;
import org.wyrm.program.spi.DebugRequest;

/** The debug files of the loaded modules. Thread-safe. */
final class ModuleFiles {
    private final Program program;
    private final String release;
    private final DebugFileFinder finder;
    private final DebugRequest request;
    private final List<Runnable> closers;
    private @Nullable List<Owner> modules;

    ModuleFiles(Program program, String release, DebugFileFinder finder, DebugRequest request, List<Runnable> closers) {
        this.program = program;
        this.release = release;
        this.finder = finder;
        this.request = request;
        this.closers = closers;
    }

    /** {@return the files, listed once; none while the modules are being listed} */
    synchronized List<Owner> list() {
        if (modules == null) {
            var listed = program.modules();
            if (listed.isEmpty()) {
                return List.of();
            }
            modules = listed.stream().map(this::owner).toList();
            for (var module : listed) {
                module.problem()
                        .ifPresent(problem ->
                                request.warnings().accept("module %s: %s".formatted(module.name(), problem)));
            }
        }
        return modules;
    }

    private Owner owner(LoadedModule module) {
        var wanted = new WantedFile.KernelModule(
                release, module.name(), module.buildId().flatMap(BuildId::parse));
        return new Owner(
                new PartFile(wanted, file -> SourceFile.placed(file, module), finder, request, closers),
                module::contains);
    }

    /**
     * Sees to it that given files are of loaded modules.
     *
     * @throws UnreadableTargetException if one is not, with the reason
     */
    void checkGiven(List<GivenFile> given) {
        for (var file : given) {
            file.refusal(list().stream().map(owner -> owner.file().wanted()).toList())
                    .ifPresent(why -> {
                        throw new UnreadableTargetException(why);
                    });
        }
    }

    /** {@return each module, whose file is looked for when somebody asks for it} */
    List<Candidate> candidates() {
        return list().stream()
                .map(owner -> new Candidate(
                        Optional.of(((WantedFile.KernelModule) owner.file().wanted()).name()), owner.file()::part))
                .toList();
    }
}
