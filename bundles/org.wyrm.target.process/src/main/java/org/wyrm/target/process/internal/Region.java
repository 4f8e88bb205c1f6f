package org.wyrm.target.process.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A mapping of a process: a line of {@code /proc/PID/maps}.
 *
 * <pre>
 * 55d0c8a5f000-55d0c8a61000 r-xp 00002000 fe:01 1048721    /usr/bin/cat (deleted)
 * </pre>
 *
 * @param lastAddress inclusive
 * @param permissions {@code r-xp}
 * @param fileOffset of its first byte in the file
 * @param path of the file, without {@code (deleted)}; else a name such as {@code [stack]}, or empty
 * @param isFile whether it is of a file, which an inode tells
 * @kernel fs/proc/task_mmu.c show_map_vma
 */
record Region(
        long firstAddress,
        long lastAddress,
        String permissions,
        long fileOffset,
        String path,
        boolean isFile,
        boolean isDeleted) {
    private static final String DELETED = " (deleted)";

    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S{4}) ([0-9a-f]+) \\S+ ([0-9]+)(?: +(.*))?");

    /** {@return the mappings that a text lists, lowest first; lines that are none are left out} */
    static List<Region> parse(String maps) {
        var regions = new ArrayList<Region>();
        maps.lines().forEach(line -> {
            var parts = LINE.matcher(line);
            if (parts.matches()) {
                var name = parts.group(6) == null ? "" : unescaped(parts.group(6));
                var isDeleted = name.endsWith(DELETED);
                regions.add(new Region(
                        Long.parseUnsignedLong(parts.group(1), 16),
                        Long.parseUnsignedLong(parts.group(2), 16) - 1,
                        parts.group(3),
                        Long.parseUnsignedLong(parts.group(4), 16),
                        isDeleted ? name.substring(0, name.length() - DELETED.length()) : name,
                        !parts.group(5).equals("0") && name.startsWith("/"),
                        isDeleted));
            }
        });
        return regions;
    }

    /** The kernel writes what would end a line by its number. */
    private static String unescaped(String name) {
        return name.replace("\\012", "\n");
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address, firstAddress) >= 0 && Long.compareUnsigned(address, lastAddress) <= 0;
    }

    boolean isReadable() {
        return permissions.charAt(0) == 'r';
    }

    /** {@return whether its content is on a disk; not that of memory which has a name only} */
    boolean isOfFile() {
        return isFile && !isDeleted;
    }

    long byteSize() {
        return lastAddress - firstAddress + 1;
    }
}
