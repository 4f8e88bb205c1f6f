package org.wyrm.target.raw.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.error.MalformedDataException;

/**
 * Which part of a file is which part of physical memory, as text, a line each:
 *
 * <pre>
 * FILE_OFFSET PHYSICAL_ADDRESS SIZE     in bytes; decimal, or hexadecimal with 0x
 * FIRST-LAST : System RAM               of /proc/iomem, hexadecimal: one after the other in the file
 * # a remark
 * </pre>
 *
 * <p>All else of {@code /proc/iomem} is left out.
 */
final class MemoryMap {
    private static final int MOST_RANGES = 1 << 16;
    private static final Pattern IOMEM = Pattern.compile("\\s*([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) : (.*)");
    private static final String RAM = "System RAM";
    private static final int HEX = 16;
    private static final int DECIMAL = 10;

    private final ByteSlice map;
    private final FileView file;
    private final List<FileRange> ranges = new ArrayList<>();

    /** The last address of each range, by its first. */
    private final TreeMap<Long, Long> taken = new TreeMap<>(Long::compareUnsigned);

    private int line;
    private long lineOffset;

    private MemoryMap(ByteSlice map, FileView file) {
        this.map = map;
        this.file = file;
    }

    /**
     * {@return the ranges that a map describes}
     *
     * @param file what they are of
     * @throws org.wyrm.base.error.MalformedDataException if a line is none, or its range overlaps another, or is not in the
     *     file
     */
    static List<FileRange> parse(ByteSlice map, FileView file) {
        var parser = new MemoryMap(map, file);
        parser.parse();
        return List.copyOf(parser.ranges);
    }

    private void parse() {
        var nextOffset = 0L;
        for (var text : map.text(0, map.byteSize()).split("\n", -1)) {
            line++;
            var words = text.strip();
            var iomem = IOMEM.matcher(text);
            if (iomem.matches()) {
                if (iomem.group(3).strip().equals(RAM)) {
                    var first = number(iomem.group(1), HEX);
                    var byteSize = number(iomem.group(2), HEX) - first + 1;
                    add(new FileRange(nextOffset, first, byteSize));
                    nextOffset += byteSize;
                }
            } else if (!words.isEmpty() && !words.startsWith("#")) {
                add(range(words));
            }
            lineOffset += text.length() + 1;
        }
        if (ranges.isEmpty()) {
            throw map.malformed(0, "the memory map has no range");
        }
    }

    private FileRange range(String words) {
        var numbers = words.split("\\s+", -1);
        if (numbers.length != 3) {
            throw wrong("is not FILE_OFFSET PHYSICAL_ADDRESS SIZE");
        }
        return new FileRange(number(numbers[0]), number(numbers[1]), number(numbers[2]));
    }

    private long number(String text) {
        return text.startsWith("0x") ? number(text.substring(2), HEX) : number(text, DECIMAL);
    }

    private long number(String text, int radix) {
        try {
            return Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException none) {
            throw wrong("has '%s', which is no number".formatted(text));
        }
    }

    private void add(FileRange range) {
        if (range.byteSize() <= 0 || Long.compareUnsigned(range.lastPhysicalAddress(), range.physicalAddress()) < 0) {
            throw wrong("has a range that is empty, or goes past the last address there can be");
        }
        if (range.offset() < 0 || range.byteSize() > file.byteSize() - range.offset()) {
            throw wrong("has file offsets 0x%x to 0x%x; the file has 0x%x bytes"
                    .formatted(range.offset(), range.offset() + range.byteSize(), file.byteSize()));
        }
        var below = taken.floorEntry(range.lastPhysicalAddress());
        if (below != null && Long.compareUnsigned(below.getValue(), range.physicalAddress()) >= 0) {
            throw wrong("has physical address 0x%x, which another line has too"
                    .formatted(
                            Long.compareUnsigned(below.getKey(), range.physicalAddress()) > 0
                                    ? below.getKey()
                                    : range.physicalAddress()));
        }
        if (ranges.size() == MOST_RANGES) {
            throw wrong("is one of more than %d ranges".formatted(MOST_RANGES));
        }
        taken.put(range.physicalAddress(), range.lastPhysicalAddress());
        ranges.add(range);
    }

    private MalformedDataException wrong(String what) {
        return map.malformed(Math.min(lineOffset, map.byteSize()), "line %d %s".formatted(line, what));
    }
}
