package org.wyrm.target.kdump.internal;

import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;

/**
 * The headers of a compressed dump of a little-endian machine of 64 bits, header versions 1 to 6.
 *
 * <pre>
 * File       --> Header, SubHeader, Bitmap, Bitmap, PageDescriptor*, PageData*
 * each but the last two in whole blocks of block_size bytes
 *
 * Header     0x000 signature "KDUMP   "      SubHeader  0x00 phys_base (8)
 *            0x008 header_version (4)                   0x08 dump_level (4), split (4)
 *            0x00c utsname, 6 times 65 bytes            0x10 start_pfn, end_pfn (8 each)       since 2
 *            0x198 timestamp (16)                       0x20 offset, size of VMCOREINFO (8)    since 3
 *            0x1a8 status (4)                           0x30 offset, size of notes (8)         since 4
 *            0x1ac block_size (4)                       0x40 offset, size of erase info (8)    since 5
 *            0x1b0 sub_hdr_size, blocks (4)             0x50 start_pfn, end_pfn (8 each)       since 6
 *            0x1b4 bitmap_blocks (4)                    0x60 max_mapnr (8)                     since 6
 *            0x1b8 max_mapnr (4)
 * </pre>
 *
 * <p>The first bitmap has a bit for each page frame that is memory, the second one for each that is in the dump. With
 * few {@code bitmap_blocks} there is only one that is both. Each page of the dump has a descriptor, in the order of page
 * frames; see {@link KdumpMemory}.
 */
final class KdumpHeader {
    static final int HIGHEST_VERSION = 6;

    private static final int MACHINE_OFFSET = 0x00c + 4 * 65;
    private static final int UTSNAME_FIELD_BYTES = 65;
    private static final int TIMESTAMP_OFFSET = 0x198;
    private static final int STATUS_OFFSET = 0x1a8;
    private static final int BLOCK_SIZE_OFFSET = 0x1ac;
    private static final int SUB_HEADER_SIZE_OFFSET = 0x1b0;
    private static final int BITMAP_BLOCKS_OFFSET = 0x1b4;
    private static final int MAX_MAPNR_OFFSET = 0x1b8;
    private static final int STATUS_INCOMPLETE = 8;

    private static final int HEADER_BYTES = 0x1d0;
    private static final int LEAST_BLOCK_BYTES = 512;
    private static final int MOST_BLOCK_BYTES = 1 << 16;

    private final FileView file;
    private final int blockByteSize;
    private final long pageCount;
    private final PageRange pages;
    private final ByteSlice memoryBitmap;
    private final ByteSlice dumpBitmap;

    private KdumpHeader(FileView file) {
        this.file = file;
        this.blockByteSize = checkedBlockByteSize(file);
        if (version() < 1 || version() > HIGHEST_VERSION) {
            throw file.malformed(8, "header version %d is not between 1 and %d".formatted(version(), HIGHEST_VERSION));
        }
        if (file.s32(SUB_HEADER_SIZE_OFFSET) < 1) {
            throw file.malformed(
                    SUB_HEADER_SIZE_OFFSET, "the sub-header has %d blocks".formatted(file.s32(SUB_HEADER_SIZE_OFFSET)));
        }
        var maxMapnrOffset = version() >= 6 ? blockByteSize + 0x60L : MAX_MAPNR_OFFSET;
        this.pageCount = version() >= 6 ? file.u64(maxMapnrOffset) : file.u32(maxMapnrOffset);
        var bitmaps = bitmaps();
        if (pageCount == 0 || Long.compareUnsigned(pageCount, bitmaps.byteSize() * 8) > 0) {
            throw file.malformed(
                    maxMapnrOffset,
                    "max_mapnr is 0x%x, the bitmaps have room for 0x%x pages"
                            .formatted(pageCount, bitmaps.byteSize() * 8));
        }
        this.pages = isPart() ? partPages() : new PageRange(0, pageCount);
        var half = bitmaps.byteSize() / 2;
        var neededByteSize = (pageCount + 7) / 8;
        var areTwo = blocks(neededByteSize) * 2 <= bitmapBlocks();
        this.memoryBitmap = areTwo ? bitmaps.slice(0, half) : bitmaps;
        this.dumpBitmap = areTwo ? bitmaps.slice(half, half) : bitmaps;
    }

    /**
     * {@return the headers of a file}
     *
     * @throws org.wyrm.base.error.MalformedDataException if they break a rule or are cut short
     */
    static KdumpHeader parse(FileView file) {
        return new KdumpHeader(file);
    }

    /** Does nothing if a file is long enough for its first header. */
    static void requireWhole(FileView file) {
        if (file.byteSize() < HEADER_BYTES) {
            throw file.malformed(
                    file.byteSize(), "the file ends inside its header of %d bytes".formatted(HEADER_BYTES));
        }
    }

    /** {@return {@code header_version} of a file of any byte order, unchecked} */
    static int version(FileView file) {
        return file.s32(8);
    }

    /** {@return the machine's name as {@code uname -m} prints it, of a file of any layout; empty if it has none} */
    static String machine(FileView file) {
        var name = file.text(MACHINE_OFFSET, UTSNAME_FIELD_BYTES);
        var end = name.indexOf('\0');
        var machine = end < 0 ? name : name.substring(0, end);
        if (machine.chars().anyMatch(letter -> letter < ' ' || letter > '~')) {
            throw file.malformed(MACHINE_OFFSET, "the machine's name is no text");
        }
        return machine;
    }

    private static int checkedBlockByteSize(FileView file) {
        var byteSize = file.s32(BLOCK_SIZE_OFFSET);
        if (byteSize < LEAST_BLOCK_BYTES || byteSize > MOST_BLOCK_BYTES || Integer.bitCount(byteSize) != 1) {
            throw file.malformed(
                    BLOCK_SIZE_OFFSET,
                    "a block has %d bytes, not a power of two from %d to %d"
                            .formatted(byteSize, LEAST_BLOCK_BYTES, MOST_BLOCK_BYTES));
        }
        return byteSize;
    }

    private ByteSlice bitmaps() {
        var offset = bitmapOffset();
        var byteSize = bitmapBlocks() * blockByteSize;
        if (offset > file.byteSize() - byteSize) {
            throw file.malformed(
                    BITMAP_BLOCKS_OFFSET,
                    "the bitmaps at 0x%x of 0x%x bytes do not fit, the file ends at 0x%x"
                            .formatted(offset, byteSize, file.byteSize()));
        }
        return file.slice(offset, byteSize);
    }

    private long bitmapOffset() {
        return (1 + file.u32(SUB_HEADER_SIZE_OFFSET)) * blockByteSize;
    }

    private long bitmapBlocks() {
        return file.u32(BITMAP_BLOCKS_OFFSET);
    }

    private long blocks(long byteSize) {
        return (byteSize + blockByteSize - 1) / blockByteSize;
    }

    /** {@return the whole file} */
    FileView file() {
        return file;
    }

    int version() {
        return version(file);
    }

    String machine() {
        return machine(file);
    }

    boolean isIncomplete() {
        return (file.s32(STATUS_OFFSET) & STATUS_INCOMPLETE) != 0;
    }

    /** {@return the size of a block, and of a page, in bytes; a power of two} */
    int blockByteSize() {
        return blockByteSize;
    }

    /** {@return {@code max_mapnr}: the page frame number after the highest} */
    long pageCount() {
        return pageCount;
    }

    /** {@return a bit for each page frame that is memory} */
    ByteSlice memoryBitmap() {
        return memoryBitmap;
    }

    /** {@return a bit for each page frame that is in the dump} */
    ByteSlice dumpBitmap() {
        return dumpBitmap;
    }

    /** {@return where the page descriptors begin in the file, in bytes} */
    long descriptorsOffset() {
        return bitmapOffset() + bitmapBlocks() * blockByteSize;
    }

    /** {@return {@code dump_level}: which kinds of pages were left out, a bit each} */
    int dumpLevel() {
        return file.s32(blockByteSize + 0x08L);
    }

    /** {@return which page frames are in this file: all, but of a part of a split dump; {@code start_pfn, end_pfn}} */
    PageRange pages() {
        return pages;
    }

    /** {@return whether this is a part of a split dump} */
    boolean isPart() {
        return version() >= 2 && file.s32(blockByteSize + 0x0cL) != 0;
    }

    private PageRange partPages() {
        var field = blockByteSize + (version() >= 6 ? 0x50L : 0x10L);
        var first = file.u64(field);
        var end = file.u64(field + 8);
        if (first < 0 || first > end || end > pageCount) {
            throw file.malformed(
                    field,
                    "a part of a split dump has page frames 0x%x to 0x%x of 0x%x".formatted(first, end, pageCount));
        }
        return new PageRange(first, end);
    }

    /**
     * {@return where this part differs from another one of the same dump; empty if it does not}
     *
     * <p>makedumpfile writes the headers of the whole dump and its bitmaps into each part.
     */
    Optional<String> difference(KdumpHeader other) {
        // The time and the status are of each part's own writer.
        if (!sameBytes(file.slice(0, TIMESTAMP_OFFSET), other.file.slice(0, TIMESTAMP_OFFSET))
                || blockByteSize != other.blockByteSize
                || pageCount != other.pageCount
                || dumpLevel() != other.dumpLevel()) {
            return Optional.of("their headers are");
        }
        if (!sameBytes(vmcoreinfo().orElse(notes()), other.vmcoreinfo().orElse(other.notes()))) {
            return Optional.of("their VMCOREINFO is");
        }
        if (!sameBytes(notes(), other.notes())) {
            return Optional.of("their notes are");
        }
        return sameBytes(memoryBitmap, other.memoryBitmap) && sameBytes(dumpBitmap, other.dumpBitmap)
                ? Optional.empty()
                : Optional.of("their bitmaps are");
    }

    private static boolean sameBytes(ByteSlice one, ByteSlice other) {
        return one.segment().mismatch(other.segment()) < 0;
    }

    /** {@return the text of VMCOREINFO, if the sub-header names one} */
    Optional<ByteSlice> vmcoreinfo() {
        return version() >= 3 ? part("VMCOREINFO", 0x20) : Optional.empty();
    }

    /** {@return the ELF notes; none if the sub-header names none} */
    ByteSlice notes() {
        var notes = version() >= 4 ? part("the notes", 0x30) : Optional.<ByteSlice>empty();
        return notes.orElseGet(() -> file.slice(0, 0));
    }

    /** {@return how many bytes of text there are on what was erased, unsigned} */
    long eraseInfoByteSize() {
        return version() >= 5 ? file.u64(blockByteSize + 0x48L) : 0;
    }

    private Optional<ByteSlice> part(String what, long fieldOffset) {
        var field = blockByteSize + fieldOffset;
        var offset = file.u64(field);
        var byteSize = file.u64(field + 8);
        if (byteSize == 0) {
            return Optional.empty();
        }
        if (offset < 0 || byteSize < 0 || offset > file.byteSize() - byteSize) {
            throw file.malformed(
                    field,
                    "%s at 0x%x of 0x%x bytes does not fit, the file ends at 0x%x"
                            .formatted(what, offset, byteSize, file.byteSize()));
        }
        return Optional.of(file.slice(offset, byteSize));
    }
}
