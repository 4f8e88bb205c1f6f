package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwLocationListEntry;

/**
 * Reads the location lists of a unit: {@code .debug_loclists} from DWARF 5, {@code .debug_loc} before, and
 * {@code .debug_loc.dwo} of GCC's split DWARF 4.
 *
 * <pre>
 * .debug_loclists                                   .debug_loc: pairs of addresses
 *   DW_LLE_end_of_list
 *   DW_LLE_base_addressx    index                     0, 0                   the end
 *   DW_LLE_startx_endx      index, index, E           highest, base          a base address
 *   DW_LLE_startx_length    index, length, E          start, end, X          from the base address
 *   DW_LLE_offset_pair      start, end, E
 *   DW_LLE_default_location E                       .debug_loc.dwo
 *   DW_LLE_base_address     address                   0                      the end
 *   DW_LLE_start_end        address, address, E       1, index               a base address
 *   DW_LLE_start_length     address, length, E        2, index, index, X     start and end
 *   DW_LLE_GNU_view_pair    view, view                3, index, u32, X       start and length
 *                                                     4, u32, u32, X         from the base address
 * </pre>
 *
 * <p>E is the length of an expression in LEB128 and the expression, X the same with a length of two bytes. Indexes,
 * lengths, offsets and views are LEB128. Left out is what is of dead code by {@link ZeroAddress}: with a dead start, or
 * relative to a dead base. Thread-safe.
 *
 * @dwarf 7.7.3 Location Lists
 */
public final class LocationLists {
    private static final DwLocationListEntry[] ENTRIES = DwLocationListEntry.values();

    private enum Format {
        PAIRS,
        GNU_SPLIT,
        ENTRIES
    }

    private final ByteSlice section;
    private final UnitEncoding encoding;
    private final Format format;
    private final AddressTable addresses;
    private final CodeBounds bounds;

    private LocationLists(
            ByteSlice section, UnitEncoding encoding, Format format, AddressTable addresses, ZeroAddress zero) {
        this.section = section;
        this.encoding = encoding;
        this.format = format;
        this.addresses = addresses;
        bounds = new CodeBounds(encoding.addressByteSize(), zero);
    }

    /**
     * {@return the lists of a unit, of which nothing is read yet}
     *
     * @param section {@code .debug_loclists} for a unit of version 5, else {@code .debug_loc}
     * @param addresses what indexes of the unit refer to
     * @param zero whether code at address 0 is dead
     */
    public static LocationLists of(ByteSlice section, UnitEncoding encoding, AddressTable addresses, ZeroAddress zero) {
        return new LocationLists(
                section, encoding, encoding.version() < 5 ? Format.PAIRS : Format.ENTRIES, addresses, zero);
    }

    /**
     * {@return the lists of a unit of GCC's split DWARF 4, of which nothing is read yet}
     *
     * @param section {@code .debug_loc.dwo}
     * @param addresses what indexes of the unit refer to
     * @param zero whether code at address 0 is dead
     */
    public static LocationLists ofGnuSplit(
            ByteSlice section, UnitEncoding encoding, AddressTable addresses, ZeroAddress zero) {
        return new LocationLists(section, encoding, Format.GNU_SPLIT, addresses, zero);
    }

    /**
     * {@return where the list with an index is in the section}
     *
     * @param base the unit's {@code DW_AT_loclists_base}
     * @throws MalformedDataException if there is no such list
     */
    public long offset(long base, long index) {
        return ListOffsets.find(section, encoding, base, index);
    }

    /**
     * Reads a list.
     *
     * @param offset of the list in the section
     * @param unitBase the unit's {@code DW_AT_low_pc}, 0 if it has none
     * @throws MalformedDataException if a rule of the format is broken
     */
    public LocationList read(long offset, long unitBase) {
        return new Reader(offset, unitBase, null).read();
    }

    /**
     * Reads a list whose views are beside it.
     *
     * @param viewsOffset where the pairs of views are in the section: {@code DW_AT_GNU_locviews}
     * @throws MalformedDataException if a rule of the format is broken
     */
    public LocationList readWithViews(long offset, long viewsOffset, long unitBase) {
        var views = new SectionCursor(section, viewsOffset, SectionCursor.SMALL_WINDOW);
        return new Reader(offset, unitBase, views).read();
    }

    /** Reads one list. */
    private final class Reader {
        private final SectionCursor cursor;
        private final @Nullable SectionCursor views;
        private final List<LocationEntry> entries = new ArrayList<>();
        private Optional<ByteSlice> defaultExpression = Optional.empty();
        private Optional<LocationViews> nextViews = Optional.empty();
        private long entryOffset;
        private long base;
        private boolean isBaseDead;

        Reader(long offset, long unitBase, @Nullable SectionCursor views) {
            this.views = views;
            base = unitBase;
            cursor = new SectionCursor(section, offset, SectionCursor.SMALL_WINDOW);
        }

        LocationList read() {
            while (switch (format) {
                case PAIRS -> readPair();
                case GNU_SPLIT -> readGnuEntry();
                case ENTRIES -> readEntry();
            }) {}
            return new LocationList(entries, defaultExpression);
        }

        private boolean readPair() {
            entryOffset = cursor.position();
            var start = address();
            var end = address();
            if (start == 0 && end == 0) {
                return false;
            }
            if (start == bounds.highest()) {
                // Clang ends the effect of a base with a base of 0, which is not a dead one.
                base = end;
            } else {
                add(base + start, base + end, cursor.block(cursor.u16()));
            }
            return true;
        }

        private boolean readGnuEntry() {
            entryOffset = cursor.position();
            var kind = cursor.u8();
            switch (kind) {
                case 0 -> {
                    return false;
                }
                case 1 -> selectBase(indexedAddress());
                case 2 -> {
                    var start = indexedAddress();
                    var end = indexedAddress();
                    add(start, end, cursor.block(cursor.u16()));
                }
                case 3 -> {
                    var start = indexedAddress();
                    var end = start + cursor.u32();
                    add(start, end, cursor.block(cursor.u16()));
                }
                case 4 -> {
                    var start = cursor.u32();
                    var end = cursor.u32();
                    addOffsets(start, end, cursor.block(cursor.u16()));
                }
                default -> throw unknown(kind);
            }
            return true;
        }

        private boolean readEntry() {
            entryOffset = cursor.position();
            var kind = cursor.u8();
            if (kind >= ENTRIES.length) {
                throw unknown(kind);
            }
            switch (ENTRIES[kind]) {
                case DW_LLE_end_of_list -> {
                    return false;
                }
                case DW_LLE_base_addressx -> selectBase(indexedAddress());
                case DW_LLE_base_address -> selectBase(address());
                case DW_LLE_startx_endx -> {
                    var start = indexedAddress();
                    var end = indexedAddress();
                    add(start, end, expression());
                }
                case DW_LLE_startx_length -> {
                    var start = indexedAddress();
                    var end = start + cursor.uleb128();
                    add(start, end, expression());
                }
                case DW_LLE_offset_pair -> {
                    var start = cursor.uleb128();
                    var end = cursor.uleb128();
                    addOffsets(start, end, expression());
                }
                case DW_LLE_default_location -> {
                    takeViews();
                    defaultExpression = Optional.of(expression());
                }
                case DW_LLE_start_end -> {
                    var start = address();
                    var end = address();
                    add(start, end, expression());
                }
                case DW_LLE_start_length -> {
                    var start = address();
                    var end = start + cursor.uleb128();
                    add(start, end, expression());
                }
                case DW_LLE_GNU_view_pair ->
                    nextViews = Optional.of(new LocationViews(cursor.uleb128(), cursor.uleb128()));
            }
            return true;
        }

        private MalformedDataException unknown(int kind) {
            return cursor.malformed(entryOffset, "kind 0x%x of a location list entry is not known".formatted(kind));
        }

        private long address() {
            return cursor.unsigned(encoding.addressByteSize());
        }

        private long indexedAddress() {
            return addresses.address(cursor.uleb128());
        }

        private ByteSlice expression() {
            return cursor.block(cursor.uleb128());
        }

        private void selectBase(long address) {
            base = address;
            isBaseDead = bounds.isDead(address);
        }

        private void addOffsets(long start, long end, ByteSlice expression) {
            if (isBaseDead) {
                takeViews();
            } else {
                add(base + start, base + end, expression);
            }
        }

        private void add(long start, long end, ByteSlice expression) {
            var entryViews = takeViews();
            var first = start & bounds.highest();
            if (!bounds.isDead(first)) {
                var last = end & bounds.highest();
                bounds.requireOrdered(cursor, entryOffset, first, last);
                entries.add(new LocationEntry(first, last, expression, entryViews));
            }
        }

        /** {@return the views of an entry with bounds: each takes a pair, also where it is left out} */
        private Optional<LocationViews> takeViews() {
            var taken = nextViews;
            nextViews = Optional.empty();
            return views == null ? taken : Optional.of(new LocationViews(views.uleb128(), views.uleb128()));
        }
    }
}
