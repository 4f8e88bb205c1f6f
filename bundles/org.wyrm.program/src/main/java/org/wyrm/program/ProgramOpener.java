package org.wyrm.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.DebugInfo;
import org.wyrm.program.spi.DebugRequest;
import org.wyrm.program.spi.OperatingSystem;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetContainer;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/** Opens programs, with the formats, systems and languages that bundles contribute. Thread-safe. */
public final class ProgramOpener {
    /** More than a map of 65,536 ranges has. */
    private static final int MOST_MAP_BYTES = 4 << 20;

    /** From this size on a file may be memory. */
    private static final long LEAST_RAW_BYTES = 16L << 20;

    private final Contributions contributions;
    private final CacheFolder cache;
    private final ImageSettings settings;

    /** @param contributions where formats, architectures, systems and languages are from */
    public ProgramOpener(Contributions contributions) {
        this(contributions, CacheFolder.none());
    }

    /**
     * @param contributions where formats, architectures, systems and languages are from
     * @param cache where what build IDs determine is kept for the next process
     */
    public ProgramOpener(Contributions contributions, CacheFolder cache) {
        this(contributions, cache, ImageSettings.NONE);
    }

    private ProgramOpener(Contributions contributions, CacheFolder cache, ImageSettings settings) {
        this.contributions = contributions;
        this.cache = cache;
        this.settings = settings;
    }

    /** {@return this opener, for targets of whose memory the user says something} */
    public ProgramOpener with(ImageSettings said) {
        return new ProgramOpener(contributions, cache, said);
    }

    /**
     * Opens a core dump, whatever its format; the content tells, never the name.
     *
     * @param warnings is told what is wrong with the file without keeping it from being used, before more is read of it
     * @throws UnreadableTargetException if it cannot be read, or nothing recognises it
     * @throws UnsupportedTargetException if it is recognised, and of a kind that is not read
     * @throws org.wyrm.base.error.DebuggerException if it is malformed or corrupt, with place and cause
     */
    public Program openCore(Path path, Consumer<String> warnings) {
        return openCore(path, DebugSettings.NONE, new Cancellation(), warnings, Progress.NONE);
    }

    /**
     * Opens a core dump with debugging information.
     *
     * @param debug where debugging information of what the dump is of may come from
     * @param cancellation ends long work on it
     * @param warnings is told what is wrong with a file without keeping it from being used
     * @param progress is told of work that takes long
     * @throws org.wyrm.base.error.DebuggerException as for a dump alone, or if a file of {@code debug} is of no use
     */
    public Program openCore(
            Path path, DebugSettings debug, Cancellation cancellation, Consumer<String> warnings, Progress progress) {
        return openCore(List.of(path), debug, cancellation, warnings, progress);
    }

    /**
     * Opens a core dump that is in one file, or in several, with debugging information.
     *
     * @param paths at least one; the parts of a split dump in any order
     * @throws org.wyrm.base.error.DebuggerException as for one file; or if several are not of one dump
     * @see #openCore(Path, DebugSettings, Cancellation, Consumer, Progress)
     */
    public Program openCore(
            List<Path> paths,
            DebugSettings debug,
            Cancellation cancellation,
            Consumer<String> warnings,
            Progress progress) {
        var files = new MappedFiles();
        var opened = false;
        try {
            paths.forEach(files::add);
            var image = recognise(files.bytes(), warnings);
            var name = paths.getFirst().toString();
            for (var warning : image.warnings()) {
                warnings.accept(paths.size() == 1 ? name + ": " + warning : warning);
            }
            var program = open(image, name, files, request(image, debug, cancellation, warnings, progress));
            opened = true;
            return program;
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    /** Files that are closed together. */
    private static final class MappedFiles implements AutoCloseable {
        private final List<MappedFile> files = new ArrayList<>();

        void add(Path path) {
            files.add(MappedFile.open(path));
        }

        List<ByteSlice> bytes() {
            return files.stream().map(MappedFile::bytes).toList();
        }

        @Override
        public void close() {
            files.forEach(MappedFile::close);
        }
    }

    /**
     * Opens a target that runs, with debugging information. It goes on while it is looked at: what is read twice may
     * differ.
     *
     * @param connector the name of the way to it, as a {@link TargetConnector} is contributed
     * @param address which one, in the words of that way
     * @param debug where debugging information of it may come from
     * @param cancellation ends long work on it
     * @param warnings is told what keeps it from being seen whole
     * @param progress is told of work that takes long
     * @throws org.wyrm.base.error.LookupFailedException if nothing here goes that way
     * @throws org.wyrm.base.error.DebuggerException if it cannot be opened, with the cause
     */
    public Program connect(
            String connector,
            String address,
            DebugSettings debug,
            Cancellation cancellation,
            Consumer<String> warnings,
            Progress progress) {
        var image = contributions.named(TargetConnector.class, connector).connect(address, cancellation, warnings);
        var opened = false;
        try {
            image.warnings().forEach(warnings);
            var program =
                    open(image, image.description(), image, request(image, debug, cancellation, warnings, progress));
            opened = true;
            return program;
        } finally {
            if (!opened) {
                image.close();
            }
        }
    }

    /**
     * Opens files with debugging information, without a target: types, functions and variables are there; of memory, what
     * an executable says of the start.
     *
     * @param debug with at least one file
     * @throws org.wyrm.base.error.DebuggerException if one of them is of no use, with the reason
     */
    public Program openFiles(
            DebugSettings debug, Cancellation cancellation, Consumer<String> warnings, Progress progress) {
        var reader = contributions.of(DebugInfo.class).stream()
                .findFirst()
                .orElseThrow(() -> new UnsupportedTargetException("nothing here reads debugging information"))
                .get();
        var image = new FileImage(
                reader.architecture((debug.files().isEmpty() ? debug.extraFiles() : debug.files()).getFirst()));
        var program = new Program.Builder(image, contributions, () -> {}, cache);
        program.memory(
                new TargetMemory(AddressSpace.VIRTUAL, program.architecture().order(), List.of()));
        addDebugInfo(program, new DebugRequest(Optional.empty(), debug, cache, cancellation, warnings, progress));
        return program.build();
    }

    /** No memory at all. */
    private record FileImage(String architecture) implements TargetImage {
        @Override
        public String description() {
            return "debugging information";
        }
    }

    /**
     * What is wanted of a target.
     *
     * @param vmcoreinfo that the user gave
     */
    private record Request(
            Optional<ByteSlice> vmcoreinfo,
            DebugSettings debug,
            Cancellation cancellation,
            Consumer<String> warnings,
            Progress progress) {
        /** {@return the same of a target inside: what the user gave is of the outer one} */
        Request ofInner() {
            return new Request(Optional.empty(), debug.ofInner(), cancellation, warnings, progress);
        }
    }

    private Request request(
            TargetImage image,
            DebugSettings debug,
            Cancellation cancellation,
            Consumer<String> warnings,
            Progress progress) {
        var vmcoreinfo = GivenVmcoreinfo.of(image, settings);
        if (vmcoreinfo.isPresent() && image.physicalMemory().isEmpty()) {
            throw new UsageException("--vmcoreinfo is about a kernel's memory; %s has none by physical address"
                    .formatted(image.description()));
        }
        return new Request(vmcoreinfo, debug, cancellation, warnings, progress);
    }

    private Program open(TargetImage image, String name, AutoCloseable resource, Request request) {
        for (var system : contributions.of(OperatingSystem.class)) {
            if (system.get().recognises(image)) {
                var program = new Program.Builder(image, contributions, resource, cache);
                program.name = name;
                program.vmcoreinfo = request.vmcoreinfo.or(program::vmcoreinfo);
                program.cancellation = request.cancellation;
                program.warnings = warning -> request.warnings.accept(name + ": " + warning);
                program.progress = request.progress;
                program.opener = inner -> open(inner, inner.description(), inner, request.ofInner());
                system.get().attach(image, program, contributions);
                if (request.debug.isWanted()) {
                    addDebugInfo(
                            program,
                            new DebugRequest(
                                    program.mainImage(),
                                    request.debug,
                                    cache,
                                    request.cancellation,
                                    request.warnings,
                                    request.progress));
                }
                return program.build();
            }
        }
        throw new UnsupportedTargetException(
                name + ": " + image.description() + " of an operating system that is not recognised (no VMCOREINFO)");
    }

    private void addDebugInfo(Program.Builder program, DebugRequest request) {
        for (var reader : contributions.of(DebugInfo.class)) {
            reader.get().attach(request, program);
        }
    }

    private TargetImage recognise(List<ByteSlice> files, Consumer<String> warnings) {
        for (var file : files) {
            if (file.byteSize() == 0) {
                throw new UnreadableTargetException(file.name() + ": is empty");
            }
        }
        if (settings.isRaw() || settings.memoryMap().isPresent()) {
            return openRaw(contributions.named(TargetFormat.class, TargetFormat.RAW), files);
        }
        var views = new ArrayList<FileView>();
        for (var file : files) {
            views.add(format(file).isPresent() ? file : inside(file, warnings));
        }
        var format = format(views.getFirst()).orElseThrow(() -> notRecognised(views.getFirst()));
        if (views.size() == 1) {
            return format.open(views.getFirst());
        }
        for (var view : views) {
            if (!format.recognises(view)) {
                throw new UsageException(view.name() + ": is no part of the same dump as "
                        + views.getFirst().name() + ": it is of another format");
            }
        }
        return format.open(views);
    }

    private TargetImage openRaw(TargetFormat raw, List<ByteSlice> files) {
        if (files.size() > 1) {
            throw new UsageException("plain physical memory is in one file, not in " + files.size());
        }
        var file = files.getFirst();
        return settings.memoryMap()
                .map(map -> raw.open(
                        file, GivenVmcoreinfo.slice(map.toString(), GivenVmcoreinfo.start(map, MOST_MAP_BYTES))))
                .orElseGet(() -> raw.open(file));
    }

    private Optional<TargetFormat> format(FileView file) {
        for (var format : contributions.of(TargetFormat.class)) {
            if (format.get().recognises(file)) {
                return Optional.of(format.get());
            }
        }
        return Optional.empty();
    }

    /** {@return the file that another one holds; that one itself if it holds none} */
    private FileView inside(ByteSlice file, Consumer<String> warnings) {
        for (var container : contributions.of(TargetContainer.class)) {
            if (container.get().recognises(file)) {
                return container.get().open(file, warning -> warnings.accept(file.name() + ": " + warning));
            }
        }
        return file;
    }

    private static DebuggerException notRecognised(FileView file) {
        var other = OtherFile.describe(file);
        if (other.isPresent()) {
            return new UnsupportedTargetException(other.get());
        }
        var first = new StringBuilder();
        for (var i = 0; i < Math.min(8, file.byteSize()); i++) {
            first.append(" %02x".formatted(file.u8(i)));
        }
        return new UnreadableTargetException(
                file.name() + ": not recognised as a dump: it begins with" + first + ", which no known format does"
                        + (file.byteSize() < LEAST_RAW_BYTES ? "" : "; if it is plain physical memory, say --raw"));
    }
}
