package org.wyrm.elf;

import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The file that holds what several debug files share, as dwz writes it: {@code .gnu_debugaltlink}, or {@code .debug_sup} of
 * DWARF 5.
 *
 * <pre>
 * .gnu_debugaltlink   name, NUL, build ID to the section's end
 * .debug_sup          version            2; 5
 *                     is_supplementary   1; 0 in a file with the link, 1 in the file that is shared
 *                     name, NUL          empty in the file that is shared
 *                     checksum           its size in LEB128, its bytes; the same in both files
 * </pre>
 *
 * @param fileName absolute, or relative to the folder of the file that has the link
 * @param buildId that file's, or the checksum of both
 * @dwarf 7.3.6 DWARF Supplementary Object Files
 */
public record ElfAlternateLink(String fileName, BuildId buildId) {
    private static final int VERSION = 5;
    private static final int NAME_OFFSET = 3;

    static ElfAlternateLink parse(ByteSlice section) {
        return of(section, 0, nameEnd(section, 0), section.byteSize());
    }

    /** {@return what {@code .debug_sup} says of the other file; empty in the file that is shared} */
    static Optional<ElfAlternateLink> parseSupplementary(ByteSlice section) {
        return isShared(section) ? Optional.empty() : Optional.of(parseBoth(section));
    }

    /** {@return the checksum of a file that is shared, empty if its {@code .debug_sup} says that it is not} */
    static Optional<BuildId> parseChecksum(ByteSlice section) {
        return isShared(section) ? Optional.of(parseBoth(section).buildId) : Optional.empty();
    }

    private static boolean isShared(ByteSlice section) {
        var version = section.u16(0);
        if (version != VERSION) {
            throw section.malformed(0, "version %d of a supplementary file is not known".formatted(version));
        }
        var kind = section.u8(2);
        if (kind > 1) {
            throw section.malformed(2, "is_supplementary is %d, neither 0 nor 1".formatted(kind));
        }
        return kind == 1;
    }

    private static ElfAlternateLink parseBoth(ByteSlice section) {
        var sizeOffset = nameEnd(section, NAME_OFFSET);
        // No checksum takes a second byte for its size.
        var byteSize = section.u8(sizeOffset);
        if (byteSize >= 0x80 || byteSize > section.byteSize() - sizeOffset - 1) {
            throw section.malformed(sizeOffset, "a checksum of %d bytes does not fit".formatted(byteSize));
        }
        return of(section, NAME_OFFSET, sizeOffset + 1, sizeOffset + 1 + byteSize);
    }

    private static long nameEnd(ByteSlice section, long start) {
        var end = start;
        while (section.u8(end) != 0) {
            end++;
        }
        return end + 1;
    }

    private static ElfAlternateLink of(ByteSlice section, long nameOffset, long idOffset, long endOffset) {
        var id = section.slice(idOffset, endOffset - idOffset);
        return new ElfAlternateLink(
                section.cString(nameOffset), BuildId.of(id).orElseThrow(() -> badBuildId(section, idOffset, id)));
    }

    private static MalformedDataException badBuildId(ByteSlice section, long offset, ByteSlice id) {
        return section.malformed(offset, "%d bytes are no build ID".formatted(id.byteSize()));
    }
}
