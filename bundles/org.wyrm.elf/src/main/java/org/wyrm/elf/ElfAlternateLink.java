package org.wyrm.elf;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * The file that holds what several debug files share, {@code .gnu_debugaltlink}, as dwz writes it.
 *
 * <pre>
 * name, NUL, build ID to the section's end
 * </pre>
 *
 * @param fileName absolute, or relative to the folder of the file that has the link
 * @param buildId that file's
 */
public record ElfAlternateLink(String fileName, BuildId buildId) {
    static ElfAlternateLink parse(ByteSlice section) {
        var name = section.cString(0);
        var end = 0L;
        while (section.u8(end) != 0) {
            end++;
        }
        var rest = section.slice(end + 1, section.byteSize() - end - 1);
        return new ElfAlternateLink(name, BuildId.of(rest).orElseThrow(() -> badBuildId(section, rest)));
    }

    private static MalformedDataException badBuildId(ByteSlice section, ByteSlice rest) {
        return section.malformed(
                section.byteSize() - rest.byteSize(), "%d bytes are no build ID".formatted(rest.byteSize()));
    }
}
