package org.wyrm.target.process.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.MappedFile;
import org.wyrm.program.MappedFile.Mapping;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.program.spi.RunningThread;

/** A process of this machine. Thread-safe. */
final class ProcessImage implements RunningProcess {
    private static final int NT_AUXV = 6;

    private final ProcessFolder folder;
    private final String name;
    private final String architecture;
    private final ProcessMemory memory;
    private final Cancellation cancellation;
    private final StopTimes stops = new StopTimes();
    private final ByteSlice auxiliaryVector;

    ProcessImage(
            ProcessFolder folder, String name, String architecture, ProcessMemory memory, Cancellation cancellation) {
        this.folder = folder;
        this.name = name;
        this.architecture = architecture;
        this.memory = memory;
        this.cancellation = cancellation;
        this.auxiliaryVector = auxiliaryVector(folder);
    }

    private static ByteSlice auxiliaryVector(ProcessFolder folder) {
        var path = folder.path().resolve("auxv");
        try {
            return ByteSlice.of(path.toString(), Files.readAllBytes(path), ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UnreadableTargetException(path + ": " + FileErrors.reason(e), e);
        }
    }

    @Override
    public String description() {
        return "%s (%s)".formatted(folder.label(), name);
    }

    @Override
    public String architecture() {
        return architecture;
    }

    @Override
    public List<MemorySource> virtualMemory() {
        return List.of(memory);
    }

    @Override
    public List<Note> notes() {
        return List.of(new Note("CORE", NT_AUXV, auxiliaryVector));
    }

    @Override
    public List<MappedFile> mappedFiles() {
        var byPath = new LinkedHashMap<String, List<Region>>();
        for (var region : memory.regions()) {
            if (region.isFile()) {
                byPath.computeIfAbsent(region.path(), made -> new ArrayList<>()).add(region);
            }
        }
        var executable = ProcessFolder.link(folder.executable()).orElse("");
        var isElsewhere = isElsewhere();
        var files = new ArrayList<MappedFile>();
        byPath.forEach((path, regions) -> {
            var isExecutable = executable.equals(path) || executable.equals(path + " (deleted)");
            files.add(new MappedFile(
                    path,
                    Optional.empty(),
                    regions.stream()
                            .map(region -> new Mapping(region.firstAddress(), region.byteSize(), region.fileOffset()))
                            .toList(),
                    content(regions.getFirst(), isExecutable, isElsewhere)));
        });
        return files;
    }

    private Optional<Path> content(Region region, boolean isExecutable, boolean isElsewhere) {
        if (region.isDeleted()) {
            return Optional.of(
                    isExecutable
                            ? folder.executable()
                            : folder.mapped(region.firstAddress(), region.lastAddress() + 1));
        }
        return isElsewhere ? Optional.of(folder.inRoot(region.path())) : Optional.empty();
    }

    /** {@return whether paths of the process are others' than those of this one} */
    private boolean isElsewhere() {
        var namespace = Path.of("ns", "mnt");
        var here = ProcessFolder.link(folder.proc().resolve("self").resolve(namespace));
        return !here.equals(ProcessFolder.link(folder.path().resolve(namespace)))
                || !ProcessFolder.link(folder.path().resolve("root"))
                        .equals(ProcessFolder.link(folder.proc().resolve("self").resolve("root")));
    }

    @Override
    public Optional<AddressRange> mappingAt(long virtualAddress) {
        return memory.regionAt(virtualAddress)
                .map(region -> new AddressRange(region.firstAddress(), region.lastAddress()));
    }

    @Override
    public List<RunningThread> threads() {
        return folder.threadIds().stream()
                .<RunningThread>map(id -> new ProcessThread(folder, id, memory, stops, cancellation))
                .toList();
    }

    @Override
    public Map<String, Long> statistics() {
        return stops.statistics();
    }

    @Override
    public void close() {
        memory.close();
    }
}
