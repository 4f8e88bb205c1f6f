package org.wyrm.testkit.dump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;

/**
 * Builds a compressed dump as makedumpfile writes it, of a little-endian machine of 64 bits. Confined.
 *
 * <p>Pages that are neither given nor {@link #excluded} are no memory. The sub-header lacks what its version lacks.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public final class KdumpBuilder {
    /** The flag of a page, and of the whole dump, that is compressed by zlib. */
    public static final int ZLIB = 1;

    /** The flag of one that is compressed by LZO1X. */
    public static final int LZO = 2;

    /** The flag of one that is compressed by snappy. */
    public static final int SNAPPY = 4;

    /** The flag of one that is compressed by zstd. */
    public static final int ZSTD = 0x20;

    private record Page(byte[] bytes, int flags) {}

    private final SortedMap<Long, Page> pages = new TreeMap<>();
    private final SortedMap<Long, Page> known = new TreeMap<>();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private int version = 6;
    private int blockByteSize = 4096;
    private int status = ZLIB;
    private int dumpLevel;
    private boolean isPart;
    private long partFirst;
    private long partEnd;
    private String machine = "x86_64";
    private byte[] vmcoreinfo = {};
    private byte[] eraseInfo = {};

    /** Sets {@code header_version}, 1 to 6. */
    public KdumpBuilder version(int number) {
        version = number;
        return this;
    }

    /** Sets {@code block_size}. */
    public KdumpBuilder blockByteSize(int byteSize) {
        blockByteSize = byteSize;
        return this;
    }

    /** Sets {@code status}: the compression, and whether the dump is incomplete (8). */
    public KdumpBuilder status(int flags) {
        status = flags;
        return this;
    }

    /** Sets {@code dump_level}. */
    public KdumpBuilder dumpLevel(int level) {
        dumpLevel = level;
        return this;
    }

    /**
     * Makes it the part of a split dump that has the page frames from {@code first} to before {@code end}; the others are in
     * its bitmaps only.
     */
    public KdumpBuilder part(long first, long end) {
        isPart = true;
        partFirst = first;
        partEnd = end;
        return this;
    }

    /** Sets {@code utsname.machine}. */
    public KdumpBuilder machine(String name) {
        machine = name;
        return this;
    }

    /** Sets VMCOREINFO, lines {@code KEY=VALUE}. */
    public KdumpBuilder vmcoreinfo(String lines) {
        vmcoreinfo = lines.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Adds a note. */
    public KdumpBuilder note(String name, int type, byte[] description) {
        notes.writeBytes(ElfBuilder.note(ByteOrder.LITTLE_ENDIAN, 4, name, type, description));
        return this;
    }

    /** Sets the erase information. */
    public KdumpBuilder eraseInfo(String text) {
        eraseInfo = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Adds a page, compressed by zlib. */
    public KdumpBuilder page(long pfn, byte[] content) {
        return page(pfn, deflate(content), ZLIB);
    }

    /** Adds a page by the bytes and flags of its descriptor. */
    public KdumpBuilder page(long pfn, byte[] stored, int flags) {
        var page = new Page(stored, flags);
        pages.put(pfn, page);
        known.put(pfn, page);
        return this;
    }

    /** Adds a page that is memory and was left out. */
    public KdumpBuilder excluded(long pfn) {
        known.put(pfn, new Page(new byte[0], 0));
        return this;
    }

    /** {@return some bytes, compressed by zlib} */
    public static byte[] deflate(byte[] content) {
        var deflater = new Deflater();
        try {
            deflater.setInput(content);
            deflater.finish();
            var compressed = new byte[content.length + 64];
            return java.util.Arrays.copyOf(compressed, deflater.deflate(compressed));
        } finally {
            deflater.end();
        }
    }

    /** {@return the file} */
    public byte[] build() {
        var highestPfn = known.isEmpty() ? 0 : known.lastKey();
        var bitmapBlocks = (int) (highestPfn / 8 / blockByteSize + 1);
        var infoAt = blockByteSize + 104;
        var notesAt = infoAt + vmcoreinfo.length;
        var eraseAt = notesAt + notes.size();
        var subHeaderBlocks = (eraseAt + eraseInfo.length - 1) / blockByteSize;
        var bitmapAt = blockByteSize * (1 + subHeaderBlocks);
        var descriptorsAt = bitmapAt + 2 * bitmapBlocks * blockByteSize;
        var stored = isPart ? pages.subMap(partFirst, partEnd) : pages;
        var dataAt = descriptorsAt + 24 * stored.size();
        var data = stored.values().stream().mapToInt(page -> page.bytes.length).sum();
        var file = ByteBuffer.allocate(dataAt + data).order(ByteOrder.LITTLE_ENDIAN);

        file.put("KDUMP   ".getBytes(StandardCharsets.US_ASCII)).putInt(version);
        file.put(12, "Linux".getBytes(StandardCharsets.US_ASCII));
        file.put(12 + 4 * 65, machine.getBytes(StandardCharsets.US_ASCII));
        file.position(0x1a8).putInt(status).putInt(blockByteSize).putInt(subHeaderBlocks);
        file.putInt(2 * bitmapBlocks).putInt((int) (highestPfn + 1)).putInt(pages.size());
        file.position(0x1cc).putInt(1);

        var fields = new long[] {
            infoAt,
            vmcoreinfo.length,
            notesAt,
            notes.size(),
            eraseAt,
            eraseInfo.length,
            partFirst,
            isPart ? partEnd : highestPfn + 1,
            highestPfn + 1
        };
        file.position(blockByteSize)
                .putLong(0)
                .putInt(dumpLevel)
                .putInt(isPart ? 1 : 0)
                .putLong(partFirst)
                .putLong(isPart ? partEnd : highestPfn + 1);
        var fieldCount = version >= 6 ? 9 : version == 5 ? 6 : version == 4 ? 4 : version == 3 ? 2 : 0;
        for (var i = 0; i < fieldCount; i++) {
            file.putLong(fields[i]);
        }
        file.put(infoAt, vmcoreinfo).put(notesAt, notes.toByteArray()).put(eraseAt, eraseInfo);

        known.keySet().forEach(pfn -> setBit(file, bitmapAt, pfn));
        var at = dataAt;
        file.position(descriptorsAt);
        pages.keySet().forEach(pfn -> setBit(file, bitmapAt + bitmapBlocks * blockByteSize, pfn));
        for (var page : stored.values()) {
            file.putLong(at).putInt(page.bytes.length).putInt(page.flags).putLong(0);
            file.put(at, page.bytes);
            at += page.bytes.length;
        }
        return file.array();
    }

    private static void setBit(ByteBuffer file, int bitmapAt, long pfn) {
        var at = bitmapAt + (int) (pfn / 8);
        file.put(at, (byte) (file.get(at) | 1 << (int) (pfn % 8)));
    }
}
