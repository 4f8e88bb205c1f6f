package org.wyrm.dwarf;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * The debugging sections of one file, each fetched when it is first asked for; it may have to be decompressed or
 * relocated. Thread-safe if what fetches is.
 */
public final class DwarfSections {
    private final ByteOrder order;
    private final Source fetch;
    private final @Nullable DwarfSections supplementary;
    private final ZeroAddress zeroAddress;
    private final ConcurrentHashMap<DwarfSection, ByteSlice> known = new ConcurrentHashMap<>();

    /** Where sections are from. Thread-safe. */
    @FunctionalInterface
    public interface Source {
        /** {@return a section, if the file has it} */
        Optional<ByteSlice> find(DwarfSection section);

        /** {@return the size of what {@link #find} gives, in bytes; 0 where that is nothing} */
        default long byteSize(DwarfSection section) {
            return find(section).map(ByteSlice::byteSize).orElse(0L);
        }

        /** {@return whether a text that many units have is there once, as linkers leave it, but not what only joins objects} */
        default boolean areTextsMerged() {
            return true;
        }
    }

    /**
     * The sections of a linked file.
     *
     * @param fetch gives a section that the file has
     * @param supplementary the file that {@code .gnu_debugaltlink} or {@code .debug_sup} names, if there is one
     */
    public DwarfSections(ByteOrder order, Source fetch, @Nullable DwarfSections supplementary) {
        this(order, ZeroAddress.IS_DEAD, fetch, supplementary);
    }

    /**
     * @param zeroAddress what it means that code is at address 0
     * @param fetch gives a section that the file has
     * @param supplementary the file that {@code .gnu_debugaltlink} or {@code .debug_sup} names, if there is one
     */
    public DwarfSections(
            ByteOrder order, ZeroAddress zeroAddress, Source fetch, @Nullable DwarfSections supplementary) {
        this.order = order;
        this.zeroAddress = zeroAddress;
        this.fetch = fetch;
        this.supplementary = supplementary;
    }

    /** {@return whether what is said to be at address 0 was left out} */
    public ZeroAddress zeroAddress() {
        return zeroAddress;
    }

    /** {@return the byte order of all of them} */
    public ByteOrder order() {
        return order;
    }

    /** {@return the bytes of a section, none where the file has no such section} */
    public ByteSlice section(DwarfSection section) {
        var found = known.get(section);
        return found != null ? found : known.computeIfAbsent(section, this::fetch);
    }

    /** {@return the size of a section in bytes, 0 where the file has no such section; it is not fetched for that} */
    public long byteSize(DwarfSection section) {
        var found = known.get(section);
        return found != null ? found.byteSize() : fetch.byteSize(section);
    }

    /** {@return whether a text that many units have is there once} */
    public boolean areTextsMerged() {
        return fetch.areTextsMerged();
    }

    private ByteSlice fetch(DwarfSection section) {
        return fetch.find(section).orElseGet(() -> ByteSlice.of(section.elfName(), new byte[0], order));
    }

    /** {@return the sections that other files share with this one: what dwz moved out, say} */
    public Optional<DwarfSections> supplementary() {
        return Optional.ofNullable(supplementary);
    }
}
