package org.wyrm.debuginfo.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.debuginfo.AlternateResult;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.debuginfo.DebugFileSettings;
import org.wyrm.debuginfo.FoundFile;
import org.wyrm.debuginfo.GivenFile;
import org.wyrm.debuginfo.SearchResult;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TriedPlace;
import org.wyrm.debuginfo.WantedFile;
import org.wyrm.debuginfo.debuginfod.DebuginfodClient;
import org.wyrm.debuginfo.debuginfod.FetchResult;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfAlternateLink;
import org.wyrm.elf.ElfDebugLink;

/** One search: it goes the ways in their order until one leads to debug information. Confined to one thread. */
public final class FileSearch {
    private static final int CHECKSUM_STEP_BYTES = 1 << 24;

    private final SearchPlaces places;
    private final DebugFileSettings settings;
    private final List<GivenFile> given;
    private final @Nullable DebuginfodClient client;
    private final Cancellation cancellation;
    private final WantedFile wanted;
    private final List<TriedPlace> tried = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private @Nullable FoundFile debugFile;
    private @Nullable FoundFile symbolFile;

    /** What a debug link promises of the file that it names. */
    private record Promise(ElfDebugLink link, Optional<BuildId> buildId) {}

    /** Prepares a search. */
    public FileSearch(
            SearchPlaces places,
            List<GivenFile> given,
            @Nullable DebuginfodClient client,
            Cancellation cancellation,
            WantedFile wanted) {
        this.places = places;
        this.settings = places.settings();
        this.given = given;
        this.client = client;
        this.cancellation = cancellation;
        this.wanted = wanted;
    }

    /** {@return what was found} */
    public SearchResult run() {
        searchGiven();
        searchAll(
                SearchWay.BUILD_ID,
                wanted.buildId()
                        .map(id -> DebugPlaces.byBuildId(settings.debugDirectories(), id))
                        .orElse(List.of()));
        // No switch: this is on the way to the first row, see ADR 0003.
        if (wanted instanceof WantedFile.Kernel kernel) {
            searchAll(SearchWay.KERNEL_PLACES, DebugPlaces.ofKernel(settings, kernel.release()));
        } else if (wanted instanceof WantedFile.KernelModule module) {
            searchModule(module);
        } else if (wanted instanceof WantedFile.Program program) {
            searchAll(SearchWay.PATH, List.of(DebugPlaces.ofProgram(settings, program)));
        }
        askServers();
        return new SearchResult(wanted, Optional.ofNullable(debugFile), Optional.ofNullable(symbolFile), tried);
    }

    private void searchGiven() {
        for (var file : given) {
            if (isWanted(SearchWay.GIVEN) && file.mismatch(wanted).isEmpty()) {
                consider(SearchWay.GIVEN, file.path(), null);
            }
        }
    }

    private void searchModule(WantedFile.KernelModule module) {
        var folders = DebugPlaces.moduleFolders(settings, module.release());
        var debugFolders = DebugPlaces.moduleDebugFolders(settings.debugDirectories(), module.release());
        for (var folder : folders) {
            if (isWanted(SearchWay.MODULE_LIST)) {
                places.modules(folder).listed(module.name()).ifPresent(path -> {
                    var file = path.startsWith("/")
                            ? DebugPlaces.below(settings.root(), Path.of("/"), Path.of(path))
                            : folder.resolve(path);
                    if (file.startsWith(folder)) {
                        var relative = folder.relativize(file).toString();
                        searchAll(SearchWay.MODULE_LIST, DebugPlaces.ofModule(debugFolders, relative));
                    }
                    searchAll(SearchWay.MODULE_LIST, List.of(file));
                });
            }
        }
        debugFolders.addAll(folders);
        for (var folder : debugFolders) {
            if (isWanted(SearchWay.WALK)) {
                searchFolder(module, folder);
            }
        }
    }

    private void searchFolder(WantedFile.KernelModule module, Path folder) {
        module.buildId()
                .flatMap(id -> places.kept(id, folder))
                .ifPresent(path -> searchAll(SearchWay.WALK, List.of(path)));
        if (isWanted(SearchWay.WALK)) {
            searchAll(SearchWay.WALK, places.modules(folder).walked(module.name(), cancellation));
            var found = debugFile;
            if (found != null) {
                module.buildId().ifPresent(id -> places.keep(id, found.path()));
            }
        }
    }

    private void askServers() {
        var id = wanted.buildId();
        if (client != null && id.isPresent() && isWanted(SearchWay.DEBUGINFOD)) {
            switch (client.fetch(id.get(), DebuginfodClient.Artifact.DEBUG_INFORMATION, wanted.label(), cancellation)) {
                case FetchResult.Found found -> consider(SearchWay.DEBUGINFOD, found.path(), null);
                case FetchResult.Missing missing ->
                    missing.reasons()
                            .forEach((server, reason) ->
                                    tried.add(new TriedPlace(SearchWay.DEBUGINFOD, server, reason)));
            }
        }
    }

    private boolean isWanted(SearchWay way) {
        return debugFile == null && settings.ways().contains(way);
    }

    private void searchAll(SearchWay way, List<Path> candidates) {
        for (var candidate : candidates) {
            if (isWanted(way)) {
                consider(way, candidate, null);
            }
        }
    }

    /** Takes a file if it is right, and notes why if it is not. */
    private void consider(SearchWay way, Path path, @Nullable Promise promise) {
        cancellation.check();
        if (!Files.exists(path)) {
            tried.add(new TriedPlace(way, path.toString(), TriedPlace.ABSENT));
            return;
        }
        if (!isNew(path)) {
            return;
        }
        try (var file = DebugFile.open(path)) {
            var mismatch = mismatch(file, promise);
            if (mismatch.isPresent()) {
                tried.add(new TriedPlace(way, path.toString(), mismatch.get()));
                return;
            }
            var found = new FoundFile(way, path, file.buildId());
            if (file.hasDebugInformation()) {
                debugFile = found;
                return;
            }
            tried.add(new TriedPlace(way, path.toString(), "has no debug information"));
            if (symbolFile == null && file.elf().symbolTable().isPresent()) {
                symbolFile = found;
            }
            followLink(path, file);
        } catch (MalformedDataException | UnreadableTargetException | UnsupportedTargetException e) {
            tried.add(new TriedPlace(way, path.toString(), reason(path, e)));
        }
    }

    /** The same file may be found by two ways, or by two paths where {@code /lib} is a link. */
    private boolean isNew(Path path) {
        try {
            return seen.add(path.toRealPath());
        } catch (IOException e) {
            return seen.add(path);
        }
    }

    private static String reason(Path path, DebuggerException e) {
        var message = String.valueOf(e.getMessage());
        return message.startsWith(path + ": ")
                ? message.substring(path.toString().length() + 2)
                : message;
    }

    private Optional<String> mismatch(DebugFile file, @Nullable Promise promise) {
        var expected = wanted.buildId();
        if (expected.isEmpty() && promise != null) {
            expected = promise.buildId;
        }
        var actual = file.buildId();
        if (expected.isPresent() && actual.isPresent()) {
            return expected.equals(actual)
                    ? Optional.empty()
                    : Optional.of("its build ID %s is not %s".formatted(actual.get(), expected.get()));
        }
        if (promise != null) {
            var checksum = checksum(file.elf().bytes());
            return checksum == promise.link.crc32()
                    ? Optional.empty()
                    : Optional.of("its checksum 0x%08x is not 0x%08x, which the debug link says"
                            .formatted(checksum, promise.link.crc32()));
        }
        return expected.map(id -> "has no build ID, and %s is wanted".formatted(id));
    }

    private int checksum(ByteSlice bytes) {
        var sum = new CRC32();
        for (var at = 0L; at < bytes.byteSize(); at += CHECKSUM_STEP_BYTES) {
            cancellation.check();
            var count = Math.min(CHECKSUM_STEP_BYTES, bytes.byteSize() - at);
            sum.update(bytes.segment().asSlice(at, count).asByteBuffer());
        }
        return (int) sum.getValue();
    }

    private void followLink(Path path, DebugFile file) {
        var link = file.elf().debugLink();
        if (link.isEmpty()) {
            return;
        }
        var promise = new Promise(link.get(), file.buildId());
        var name = link.get().fileName();
        // A name in the field, not a path: what else stands there is not followed.
        if (name.isEmpty() || name.contains("/")) {
            tried.add(new TriedPlace(SearchWay.DEBUG_LINK, path.toString(), "its debug link is no file name"));
            return;
        }
        for (var candidate :
                DebugPlaces.byDebugLink(settings.root(), settings.debugDirectories(), folderOf(path), name)) {
            if (isWanted(SearchWay.DEBUG_LINK)) {
                consider(SearchWay.DEBUG_LINK, candidate, promise);
            }
        }
    }

    /** {@return the folder that a file really is in: a link to it may be anywhere} */
    private static Path folderOf(Path path) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            real = path.toAbsolutePath();
        }
        var folder = real.getParent();
        return folder == null ? real : folder;
    }

    /** {@return where the file is that a debug file shares content with} */
    public static AlternateResult alternate(
            SearchPlaces places,
            @Nullable DebuginfodClient client,
            Cancellation cancellation,
            Path path,
            ElfAlternateLink link) {
        var settings = places.settings();
        var tried = new ArrayList<TriedPlace>();
        var candidates = new ArrayList<FoundFile>();
        var id = Optional.of(link.buildId());
        DebugPlaces.byAlternateLink(settings.root(), settings.debugDirectories(), folderOf(path), link)
                .forEach(place -> candidates.add(new FoundFile(SearchWay.ALTERNATE_LINK, place, id)));
        DebugPlaces.byBuildId(settings.debugDirectories(), link.buildId())
                .forEach(place -> candidates.add(new FoundFile(SearchWay.BUILD_ID, place, id)));
        for (var candidate : candidates) {
            cancellation.check();
            if (settings.ways().contains(candidate.way()) && isAlternate(candidate, link.buildId(), tried)) {
                return new AlternateResult(link, Optional.of(candidate), tried);
            }
        }
        if (client != null && settings.ways().contains(SearchWay.DEBUGINFOD)) {
            switch (client.fetch(
                    link.buildId(),
                    DebuginfodClient.Artifact.DEBUG_INFORMATION,
                    String.valueOf(Path.of(link.fileName()).getFileName()),
                    cancellation)) {
                case FetchResult.Found found -> {
                    var candidate = new FoundFile(SearchWay.DEBUGINFOD, found.path(), id);
                    if (isAlternate(candidate, link.buildId(), tried)) {
                        return new AlternateResult(link, Optional.of(candidate), tried);
                    }
                }
                case FetchResult.Missing missing ->
                    missing.reasons()
                            .forEach((server, reason) ->
                                    tried.add(new TriedPlace(SearchWay.DEBUGINFOD, server, reason)));
            }
        }
        return new AlternateResult(link, Optional.empty(), tried);
    }

    private static boolean isAlternate(FoundFile candidate, BuildId wanted, List<TriedPlace> tried) {
        var path = candidate.path();
        if (!Files.exists(path)) {
            tried.add(new TriedPlace(candidate.way(), path.toString(), TriedPlace.ABSENT));
            return false;
        }
        try (var file = DebugFile.open(path)) {
            var actual = file.elf().sharedId();
            if (actual.equals(Optional.of(wanted))) {
                return true;
            }
            var outcome = actual.map(id -> "its build ID %s is not %s".formatted(id, wanted))
                    .orElseGet(() -> "has no build ID, or is not to be shared, and %s is wanted".formatted(wanted));
            tried.add(new TriedPlace(candidate.way(), path.toString(), outcome));
        } catch (MalformedDataException | UnreadableTargetException e) {
            tried.add(new TriedPlace(candidate.way(), path.toString(), reason(path, e)));
        }
        return false;
    }
}
