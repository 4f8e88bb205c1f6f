package org.wyrm.elf;

import org.wyrm.base.bytes.ByteSlice;

/**
 * The name of the file that a stripped file's debug information is in, {@code .gnu_debuglink}.
 *
 * <pre>
 * name, NUL, zeros to a multiple of 4, CRC-32 (4)
 * </pre>
 *
 * @param fileName without a folder
 * @param crc32 the CRC-32 of that file's content, as zlib computes it
 */
public record ElfDebugLink(String fileName, int crc32) {
    static ElfDebugLink parse(ByteSlice section) {
        var name = section.cString(0);
        var end = 0L;
        while (section.u8(end) != 0) {
            end++;
        }
        return new ElfDebugLink(name, section.s32((end + 4) & ~3));
    }
}
