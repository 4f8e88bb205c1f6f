package org.wyrm.debuginfo;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.compress.Compression;
import org.wyrm.compress.Decompression;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfCompressedSection;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfRelocator;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.elf.constants.ElfType;

/**
 * An ELF file, opened: mapped, or where the file is compressed as a whole ({@code .ko.xz}), decompressed into memory.
 *
 * <p>Thread-safe. After {@link #close()} nothing of it must be touched.
 */
public final class DebugFile implements AutoCloseable {
    /** The most that a file may have after decompression. */
    private static final long MOST_FILE_BYTES = 2L << 30;

    /** The most that a section may have after decompression. */
    private static final long MOST_SECTION_BYTES = 8L << 30;

    private final Path path;
    private final @Nullable MappedFile mapping;
    private final ElfFile elf;
    private final @Nullable DebugFile alternate;
    private volatile @Nullable ElfRelocator relocator;

    private DebugFile(Path path, @Nullable MappedFile mapping, ElfFile elf, @Nullable DebugFile alternate) {
        this.path = path;
        this.mapping = mapping;
        this.elf = elf;
        this.alternate = alternate;
    }

    /**
     * Opens a file, without the one that it shares content with.
     *
     * @throws UnreadableTargetException if the file cannot be read, or is no ELF file
     * @throws MalformedDataException if it is damaged
     */
    public static DebugFile open(Path path) {
        var mapping = MappedFile.open(path);
        var kept = false;
        try {
            var compression = Compression.ofMagic(mapping.bytes());
            var content = compression
                    .map(way -> Decompression.atMost(way, mapping.bytes(), path.toString(), MOST_FILE_BYTES))
                    .orElseGet(mapping::bytes);
            if (!ElfFile.hasMagic(content)) {
                throw new UnreadableTargetException(path + ": is not an ELF file");
            }
            var elf = ElfFile.parse(content);
            kept = compression.isEmpty();
            return new DebugFile(path, kept ? mapping : null, elf, null);
        } finally {
            if (!kept) {
                mapping.close();
            }
        }
    }

    /** {@return this file with the one that it shares content with; closing it closes both} */
    DebugFile with(DebugFile shared) {
        return new DebugFile(path, mapping, elf, shared);
    }

    /** {@return where the file is} */
    public Path path() {
        return path;
    }

    /** {@return the file} */
    public ElfFile elf() {
        return elf;
    }

    /** {@return the file that has what this one shares with others, if there is such, and it was found} */
    public Optional<DebugFile> alternate() {
        return Optional.ofNullable(alternate);
    }

    /** {@return the file's build ID, if it has one} */
    public Optional<BuildId> buildId() {
        return elf.buildId();
    }

    /** {@return whether there is DWARF in the file} */
    public boolean hasDebugInformation() {
        return elf.findDebugSection(".debug_info")
                .filter(section -> section.type() != ElfSection.SHT_NOBITS)
                .isPresent();
    }

    /**
     * {@return where the sections are that the file gives no place: side by side in a relocatable file, as the headers
     * say in any other}
     */
    public ElfSectionAddresses addresses() {
        return elf.type() == ElfType.ET_REL.number()
                ? new ElfSectionAddresses.SideBySide(elf)
                : ElfSectionAddresses.ofHeaders();
    }

    /**
     * {@return the content of a section as a debugger wants it: decompressed, and in a relocatable file relocated to
     * {@link #addresses()}} It is made anew each time, unless it is just a part of the file.
     *
     * @param name {@code .debug_info}; {@code .zdebug_info} is found by that too
     * @throws MalformedDataException if the section or its relocations are damaged
     * @throws UnsupportedTargetException if it is compressed or relocated in a way that is not known
     */
    public Optional<ByteSlice> section(String name) {
        return elf.findDebugSection(name).map(this::content);
    }

    /** {@return the size of what {@link #section} gives, in bytes; 0 where that is nothing} */
    public long sectionByteSize(String name) {
        return elf.findDebugSection(name)
                .map(section -> elf.compression(section)
                        .map(ElfCompressedSection::byteSize)
                        .orElseGet(() -> elf.bytes(section).byteSize()))
                .orElse(0L);
    }

    /** {@return the content of a section, as {@link #section(String)} gives it} */
    public ByteSlice content(ElfSection section) {
        var bytes = elf.compression(section)
                .map(compression -> decompressed(section, compression))
                .orElseGet(() -> elf.bytes(section));
        if (elf.type() != ElfType.ET_REL.number()) {
            return bytes;
        }
        var known = relocator();
        if (!known.concerns(section)) {
            return bytes;
        }
        if (bytes.byteSize() > Integer.MAX_VALUE - 8) {
            throw new UnsupportedTargetException(
                    "%s: 0x%x bytes are too many to be relocated".formatted(bytes.name(), bytes.byteSize()));
        }
        var relocated = bytes.toArray(0, bytes.byteSize());
        known.apply(section, relocated);
        return ByteSlice.of(bytes.name(), relocated, bytes.order());
    }

    private ElfRelocator relocator() {
        var known = relocator;
        if (known == null) {
            known = new ElfRelocator(elf, addresses());
            relocator = known;
        }
        return known;
    }

    private ByteSlice decompressed(ElfSection section, ElfCompressedSection compression) {
        if (Long.compareUnsigned(compression.byteSize(), MOST_SECTION_BYTES) > 0) {
            throw elf.bytes(section)
                    .malformed(
                            0,
                            "%s bytes after decompression, more than 0x%x"
                                    .formatted(Long.toUnsignedString(compression.byteSize()), MOST_SECTION_BYTES));
        }
        var way = switch (compression.kind()) {
            case ZLIB -> Compression.ZLIB;
            case ZSTD -> Compression.ZSTD;
        };
        return Decompression.exactly(
                way, compression.compressed(), elf.bytes(section).name(), compression.byteSize());
    }

    /**
     * {@return the small ELF file inside this one, {@code .gnu_debugdata}, which has the names of functions that {@code
     * .dynsym} lacks; if there is one}
     *
     * @throws MalformedDataException if it is damaged
     */
    public Optional<ElfFile> embeddedSymbols() {
        return elf.findSection(".gnu_debugdata").map(section -> {
            var packed = elf.bytes(section);
            var name = packed.name();
            return ElfFile.parse(Decompression.atMost(Compression.XZ, packed, name, MOST_FILE_BYTES));
        });
    }

    @Override
    public void close() {
        if (mapping != null) {
            mapping.close();
        }
        if (alternate != null) {
            alternate.close();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
