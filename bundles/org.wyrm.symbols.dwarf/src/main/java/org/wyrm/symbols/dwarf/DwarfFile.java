package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;
import org.wyrm.symbols.SourceFrame;

/**
 * The DWARF of a file, and the index of its names: made when it is first needed, and kept for the next process.
 *
 * <p>Thread-safe.
 */
public final class DwarfFile implements AutoCloseable {
    private static final String KIND = "dwarf";

    private final String name;
    private final DebugSections content;
    private final DwarfSections sections;
    private final SplitFiles splitFiles;
    private final IndexSettings settings;
    private final Optional<KeptFrames> keptFrames;
    private volatile @Nullable DwarfIndex index;
    private volatile @Nullable SplitUnits units;
    private @Nullable DwarfTypes supplementaryTypes;
    private boolean cached;
    private @Nullable FutureTask<Void> keeping;

    /**
     * Makes a file; nothing is read yet. Closing it waits until its index is kept.
     *
     * @param name of the file, for messages
     * @param content what is in it
     * @param alternate what is in the file that dwz moved to what several files have, if there is one
     * @param splitFiles finds what its units are completed by
     * @param settings how its index is made and kept
     */
    public DwarfFile(
            String name,
            DebugSections content,
            Optional<DebugSections> alternate,
            SplitFiles splitFiles,
            IndexSettings settings) {
        this(
                name,
                content,
                sections(content, alternate),
                splitFiles,
                settings.withKey(settings.cacheKey().map(key -> key + keySuffix(content, alternate.isPresent()))));
    }

    /** Without the file that is shared, the index lacks what entries take from it. */
    private static String keySuffix(DebugSections content, boolean hasAlternate) {
        if (hasAlternate) {
            return "+shared";
        }
        return content.byteSize(".gnu_debugaltlink") > 0 || content.byteSize(".debug_sup") > 0 ? "+alone" : "";
    }

    /** The index of a file that may not be there, as an earlier process kept it. Immutable and thread-safe. */
    public static final class Kept {
        private final ByteSlice content;

        private Kept(ByteSlice content) {
            this.content = content;
        }

        /** {@return the index of the file with a build ID, if it is kept, and the file shares content with no other} */
        public static Optional<Kept> find(CacheFolder cache, String buildId) {
            return cache.find(KIND, DwarfIndex.VERSION, buildId).map(Kept::new);
        }

        /** {@return whether the file may define or declare something of a name; if not, it need not be opened} */
        public boolean mayHave(String name) {
            return DwarfIndex.mayHave(content, name);
        }
    }

    private DwarfFile(
            String name, DebugSections content, DwarfSections sections, SplitFiles splitFiles, IndexSettings settings) {
        this.name = name;
        this.content = content;
        this.sections = sections;
        this.splitFiles = splitFiles;
        this.settings = settings;
        // What another file may change is not kept.
        keptFrames = sections.supplementary().isPresent()
                ? Optional.empty()
                : settings.cacheKey()
                        .flatMap(key -> settings.copy().map(copy -> new KeptFrames(settings.cache(), key, copy)));
    }

    private static DwarfSections sections(DebugSections content, Optional<DebugSections> alternate) {
        var shared = alternate.map(other -> sections(other, Optional.empty())).orElse(null);
        return new DwarfSections(content.order(), new Source(content), shared);
    }

    private record Source(DebugSections content) implements DwarfSections.Source {
        @Override
        public Optional<ByteSlice> find(DwarfSection section) {
            return content.find(section.elfName());
        }

        @Override
        public long byteSize(DwarfSection section) {
            return content.byteSize(section.elfName());
        }

        @Override
        public boolean areTextsMerged() {
            return content.areTextsMerged();
        }
    }

    /** {@return the name of the file} */
    public String name() {
        return name;
    }

    /** {@return what could not be indexed, each with its place and cause} */
    public List<String> problems() {
        return index().problems();
    }

    /** {@return how many definitions and declarations its index has} */
    public int entryCount() {
        return index().entryCount();
    }

    /** {@return the size of its index, in bytes} */
    public long indexByteSize() {
        return index().byteSize();
    }

    /** {@return whether its index was there already} */
    public boolean isIndexCached() {
        return index() != null && cached;
    }

    DebugSections content() {
        return content;
    }

    DwarfIndex index() {
        var known = index;
        return known != null ? known : load();
    }

    /** {@return the functions and lines at an address of the file, if an earlier process was asked for them} */
    Optional<List<SourceFrame>> keptFrames(long address) {
        return keptFrames.flatMap(kept -> kept.find(address));
    }

    /** Keeps the functions and lines at an address of the file. */
    void keepFrames(long address, List<SourceFrame> frames) {
        if (keptFrames.isPresent()
                && index().problems().isEmpty()
                && index().splitFiles().isEmpty()) {
            keptFrames.get().add(address, frames);
        }
    }

    DwarfInfo info() {
        return units().info();
    }

    /** {@return its units, and the split ones that complete them} */
    SplitUnits units() {
        var known = units;
        if (known == null) {
            index();
            known = units;
        }
        if (known == null) {
            throw new IllegalStateException();
        }
        return known;
    }

    private synchronized DwarfIndex load() {
        var known = index;
        if (known == null) {
            known = findCached();
            cached = known != null;
            if (known == null) {
                known = build();
            }
            // Entries are told apart by their units: what was given out stays.
            if (units == null) {
                units = new SplitUnits(known.info(sections), splitFiles, known.splitFiles(), known.splitJoins());
            }
            index = known;
        }
        return known;
    }

    private @Nullable DwarfIndex findCached() {
        return settings.cacheKey()
                .flatMap(key -> settings.cache().find(KIND, DwarfIndex.VERSION, key))
                .flatMap(content -> DwarfIndex.of(content, sections))
                .filter(found -> SplitUnits.areCurrent(found.splitFiles(), splitFiles))
                .orElse(null);
    }

    private DwarfIndex build() {
        var built = buildContent();
        var content = built.content();
        if (built.isWhole()) {
            // A damaged copy of a file has the build ID of the whole one, whose index it must not become.
            settings.cacheKey().ifPresent(key -> keep(key, content));
        }
        return DwarfIndex.of(ByteSlice.of("index of " + name, content, ByteOrder.LITTLE_ENDIAN), sections)
                .orElseThrow();
    }

    /** Writes the index while it is used. */
    private void keep(String key, byte[] content) {
        var task = new FutureTask<Void>(
                () -> settings.cache().keep(KIND, DwarfIndex.VERSION, key, List.of(MemorySegment.ofArray(content))),
                null);
        Thread.ofPlatform().daemon().name("wyrm-keep").start(task);
        keeping = task;
    }

    /** Keeps what was asked for, and waits until the index is kept. */
    @Override
    public synchronized void close() {
        keptFrames.ifPresent(KeptFrames::keep);
        var task = keeping;
        if (task == null) {
            return;
        }
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            // What is not written whole does not count.
            Thread.currentThread().interrupt();
        }
    }

    private IndexBuilder.Built buildContent() {
        var progress = settings.progress();
        var what = "indexing " + name.substring(name.lastIndexOf('/') + 1);
        try {
            return IndexBuilder.build(
                    new DwarfInfo(sections),
                    splitFiles,
                    settings.cancellation(),
                    (done, total) -> progress.report(what, done, OptionalLong.of(total)));
        } finally {
            progress.end();
        }
    }

    /** {@return the types of the file that dwz moved shared ones to} */
    synchronized DwarfTypes supplementary(DwarfTypes of, AddressMapping mapping) {
        var known = supplementaryTypes;
        if (known == null) {
            var other = of.file().info().supplementary().orElseThrow();
            var shared = new DwarfFile(
                    name + " (supplementary)",
                    content,
                    other.sections(),
                    SplitFiles.none(),
                    settings.withKey(Optional.empty()));
            shared.units = new SplitUnits(other, SplitFiles.none(), List.of(), List.of());
            known = new DwarfTypes(shared, mapping);
            supplementaryTypes = known;
        }
        return known;
    }
}
