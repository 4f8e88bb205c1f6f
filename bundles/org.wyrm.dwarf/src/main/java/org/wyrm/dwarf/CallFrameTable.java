package org.wyrm.dwarf;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;

/**
 * Call frame information: how to go from any address of a program's code to the caller.
 *
 * <p>Reads {@code .debug_frame} of DWARF 2 to 5 and {@code .eh_frame}, each as a sequence of CIEs and FDEs. Terminators
 * are passed: linkers that join sections leave some in between. An FDE of no byte is left out, and so is that of dead
 * code. What cannot be decoded is left out too, as far as its length allows, and told by {@link #problems}; after 100,000
 * such entries the rest is.
 *
 * <p>Where FDEs overlap, that with the highest start counts, then the shortest, then the first in the section. The
 * section need not be sorted.
 *
 * <p>All FDEs are indexed when the first is looked for. Immutable and thread-safe.
 *
 * @dwarf 6.4 Call Frame Information
 */
public final class CallFrameTable {
    private final CallFrameSection section;
    private volatile @Nullable CallFrameIndex index;

    /** Reads a section; nothing of it is looked at before it is asked for. */
    public CallFrameTable(CallFrameSection section) {
        this.section = section;
    }

    /** {@return the FDE for an address, if there is one} */
    public Optional<FrameDescriptionEntry> find(long address) {
        var found = index().find(address);
        return found < 0 ? Optional.empty() : Optional.of(entry(found));
    }

    /** {@return how many FDEs there are, in the order of their addresses} */
    public int count() {
        return index().count();
    }

    /** {@return the first address that an FDE is about} */
    public long startAddress(int index) {
        return index().start(Objects.checkIndex(index, count()));
    }

    /** {@return the first address after those that an FDE is about} */
    public long endAddress(int index) {
        return index().end(Objects.checkIndex(index, count()));
    }

    /** {@return an FDE} */
    public FrameDescriptionEntry entry(int index) {
        var offset = index().offset(Objects.checkIndex(index, count()));
        var cursor = new SectionCursor(section.bytes(), offset, SectionCursor.SMALL_WINDOW);
        var header = CallFrameEntryHeader.read(cursor, section, offset);
        var cie = CommonInformationEntry.read(section, header.cieOffset(cursor, section));
        return FrameDescriptionEntry.read(section, cursor, header, cie);
    }

    /** {@return why what was left out could not be decoded, each CIE once; of a great many, the first} */
    public List<MalformedDataException> problems() {
        return index().problems();
    }

    /** {@return how many entries could not be decoded} */
    public int undecodedCount() {
        return index().leftOutCount();
    }

    CallFrameSection section() {
        return section;
    }

    private CallFrameIndex index() {
        var made = index;
        return made != null ? made : makeIndex();
    }

    private synchronized CallFrameIndex makeIndex() {
        var made = index;
        if (made == null) {
            made = new CallFrameIndex(section);
            index = made;
        }
        return made;
    }
}
