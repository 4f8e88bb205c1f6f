package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;

/**
 * The DWARF of a file, and the index of its names: made when it is first needed, and kept for the next process.
 *
 * <p>Thread-safe.
 */
public final class DwarfFile {
    private static final String KIND = "dwarf";

    private final String name;
    private final DwarfSections sections;
    private final SplitFiles splitFiles;
    private final CacheFolder cache;
    private final @Nullable String cacheKey;
    private final Cancellation cancellation;
    private volatile @Nullable DwarfIndex index;
    private volatile @Nullable SplitUnits units;
    private @Nullable DwarfTypes supplementaryTypes;
    private boolean cached;

    /**
     * Makes a file; nothing is read yet.
     *
     * @param name of the file, for messages
     * @param content what is in it
     * @param alternate what is in the file that dwz moved to what several files have, if there is one
     * @param splitFiles finds what its units are completed by
     * @param cache where its index is kept
     * @param cacheKey what tells the content of this file from others: its build ID; empty to keep nothing
     * @param cancellation stops the making of the index
     */
    public DwarfFile(
            String name,
            DebugSections content,
            Optional<DebugSections> alternate,
            SplitFiles splitFiles,
            CacheFolder cache,
            Optional<String> cacheKey,
            Cancellation cancellation) {
        // Without the shared file, the index lacks what entries take from it.
        this(
                name,
                sections(content, alternate),
                splitFiles,
                cache,
                cacheKey.map(key -> alternate.isEmpty() ? key : key + "+shared"),
                cancellation);
    }

    private DwarfFile(
            String name,
            DwarfSections sections,
            SplitFiles splitFiles,
            CacheFolder cache,
            Optional<String> cacheKey,
            Cancellation cancellation) {
        this.name = name;
        this.sections = sections;
        this.splitFiles = splitFiles;
        this.cache = cache;
        this.cacheKey = cacheKey.orElse(null);
        this.cancellation = cancellation;
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

    DwarfIndex index() {
        var known = index;
        return known != null ? known : load();
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
        if (cacheKey == null) {
            return null;
        }
        return cache.find(KIND, DwarfIndex.VERSION, cacheKey)
                .flatMap(content -> DwarfIndex.of(content, sections))
                .filter(found -> SplitUnits.areCurrent(found.splitFiles(), splitFiles))
                .orElse(null);
    }

    private DwarfIndex build() {
        var content = IndexBuilder.build(new DwarfInfo(sections), splitFiles, cancellation);
        if (cacheKey != null) {
            cache.keep(KIND, DwarfIndex.VERSION, cacheKey, List.of(MemorySegment.ofArray(content)));
        }
        return DwarfIndex.of(ByteSlice.of("index of " + name, content, ByteOrder.LITTLE_ENDIAN), sections)
                .orElseThrow();
    }

    /** {@return the types of the file that dwz moved shared ones to} */
    synchronized DwarfTypes supplementary(DwarfTypes of, AddressMapping mapping) {
        var known = supplementaryTypes;
        if (known == null) {
            var other = of.file().info().supplementary().orElseThrow();
            var shared = new DwarfFile(
                    name + " (supplementary)",
                    other.sections(),
                    SplitFiles.none(),
                    cache,
                    Optional.empty(),
                    cancellation);
            shared.units = new SplitUnits(other, SplitFiles.none(), List.of(), List.of());
            known = new DwarfTypes(shared, mapping);
            supplementaryTypes = known;
        }
        return known;
    }
}
