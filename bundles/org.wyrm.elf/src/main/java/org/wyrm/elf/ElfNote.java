package org.wyrm.elf;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * A note: a few bytes that a named owner gives a meaning.
 *
 * <pre>
 * Notes --> Note*
 * Note  --> namesz (4), descsz (4), type (4), name (namesz), padding, description (descsz), padding
 * </pre>
 *
 * <p>Padding goes to a multiple of 4 bytes from the note's start, or of 8 where the segment says so. A header of zeros
 * ends the notes: Linux closes the notes of each CPU that way.
 *
 * @param name its owner, without the NUL: {@code CORE}
 * @param type its number among the owner's notes
 * @param description its content
 * @elf Note Section
 */
public record ElfNote(String name, int type, ByteSlice description) {
    /** More notes than any machine has CPUs and kinds of registers; keeps a damaged size from filling the memory. */
    private static final int MOST_NOTES = 1 << 18;

    private static final int MOST_NAME_BYTES = 255;

    private static final int HEADER_BYTES = 12;

    /**
     * {@return the notes in some bytes, in their order}
     *
     * @param alignmentBytes the alignment that the segment or section gives; anything but 8 means 4
     * @throws MalformedDataException if a note does not fit, or there are more than 262144
     */
    public static List<ElfNote> parse(ByteSlice bytes, long alignmentBytes) {
        // The gABI wants 8 in all 64-bit files, yet the writers use 4 except for GNU properties, and say so in p_align.
        var mask = alignmentBytes == 8 ? 7 : 3;
        var notes = new ArrayList<ElfNote>();
        var start = 0L;
        while (start < bytes.byteSize()) {
            var nameByteSize = bytes.u32(start);
            var descriptionByteSize = bytes.u32(start + 4);
            var type = bytes.s32(start + 8);
            if (nameByteSize == 0 && descriptionByteSize == 0 && type == 0) {
                break;
            }
            requireSensible(notes.size() + 1, bytes, start);
            var description = start + padded(HEADER_BYTES + nameByteSize, mask);
            notes.add(new ElfNote(
                    name(bytes, start + HEADER_BYTES, nameByteSize),
                    type,
                    bytes.slice(description, descriptionByteSize)));
            start = description + padded(descriptionByteSize, mask);
        }
        return notes;
    }

    /** Does nothing, unless there are more notes than there should be: many segments may repeat the same ones. */
    static void requireSensible(int count, ByteSlice bytes, long offset) {
        if (count > MOST_NOTES) {
            throw bytes.malformed(offset, "there are more than " + MOST_NOTES + " notes");
        }
    }

    private static String name(ByteSlice bytes, long offset, long byteSize) {
        var name = bytes.slice(offset, byteSize);
        var end = 0L;
        while (end < byteSize && name.u8(end) != 0) {
            end++;
            if (end > MOST_NAME_BYTES) {
                throw bytes.malformed(offset, "a note's name has more than " + MOST_NAME_BYTES + " bytes");
            }
        }
        return name.text(0, end);
    }

    private static long padded(long byteSize, int mask) {
        return (byteSize + mask) & ~mask;
    }
}
