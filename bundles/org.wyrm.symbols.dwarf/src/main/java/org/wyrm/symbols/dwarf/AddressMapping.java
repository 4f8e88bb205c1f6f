package org.wyrm.symbols.dwarf;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.symbols.UnwindTable;
import org.wyrm.symbols.Variable.Location;

/**
 * Tells where the addresses of a file are in the target: all moved by one number, or the file's sections each to a place
 * of its own, as the kernel does with those of a module.
 *
 * <p>Immutable and thread-safe.
 */
public final class AddressMapping implements UnwindTable.Addresses {
    /** The addresses of the file are those of the target. */
    public static final AddressMapping NONE = slid(0, Optional.empty());

    /** Where the addresses of the file are is not known: its types are of use, its places are not. */
    public static final AddressMapping UNKNOWN = ofPieces(List.of(), Optional.empty());

    /** One piece has it all: the addresses wrap. */
    private static final long EVERYTHING = -1;

    private final Piece[] pieces;
    private final @Nullable AddressRange perCpuTemplate;

    /**
     * Addresses that stay together.
     *
     * @param fileAddress the first of them in the file
     * @param byteSize how many they are; the address after the last one belongs to them as an end
     * @param virtualAddress the first of them in the target
     */
    public record Piece(long fileAddress, long byteSize, long virtualAddress) {
        private boolean has(long address, long first) {
            return byteSize == EVERYTHING || Long.compareUnsigned(address - first, byteSize) < 0;
        }
    }

    private AddressMapping(List<Piece> pieces, Optional<AddressRange> perCpuTemplate) {
        this.pieces = pieces.toArray(Piece[]::new);
        this.perCpuTemplate = perCpuTemplate.orElse(null);
    }

    /**
     * {@return the mapping of a file that was moved as a whole}
     *
     * @param slide what the target adds to each address: the kernel's by KASLR, in bytes
     * @param perCpuTemplate the addresses in the file of the section that each CPU has a copy of, if the file has one
     */
    public static AddressMapping slid(long slide, Optional<AddressRange> perCpuTemplate) {
        return new AddressMapping(List.of(new Piece(0, EVERYTHING, slide)), perCpuTemplate);
    }

    /**
     * {@return the mapping of a file whose sections were each put somewhere}
     *
     * @param pieces the sections; addresses in none of them are nowhere in the target
     * @param perCpuTemplate the addresses in the file of the section that each CPU has a copy of, if the file has one
     */
    public static AddressMapping ofPieces(List<Piece> pieces, Optional<AddressRange> perCpuTemplate) {
        return new AddressMapping(pieces, perCpuTemplate);
    }

    @Override
    public OptionalLong toTarget(long fileAddress) {
        for (var piece : pieces) {
            if (piece.has(fileAddress, piece.fileAddress) || fileAddress == piece.fileAddress + piece.byteSize) {
                return OptionalLong.of(fileAddress - piece.fileAddress + piece.virtualAddress);
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong toFile(long virtualAddress) {
        for (var piece : pieces) {
            if (piece.has(virtualAddress, piece.virtualAddress)) {
                return OptionalLong.of(virtualAddress - piece.virtualAddress + piece.fileAddress);
            }
        }
        return OptionalLong.empty();
    }

    /** {@return where a function is; no CPU has a copy of one} */
    Location function(long fileAddress) {
        // Linkers write 0 for what they left out.
        return fileAddress == 0 ? new Location.BySymbol() : fixed(fileAddress);
    }

    /** {@return where a variable is} */
    Location variable(long fileAddress, boolean isExternal) {
        // The first variable of a template at 0 is external; the others at 0 are what the linker left out.
        return fileAddress == 0 && !isExternal ? new Location.BySymbol() : variable(fileAddress);
    }

    private Location variable(long fileAddress) {
        if (perCpuTemplate == null || !perCpuTemplate.contains(fileAddress)) {
            return fixed(fileAddress);
        }
        // A template at 0 is no part of the image that moves.
        return perCpuTemplate.firstAddress() == 0 ? new Location.PerCpu(fileAddress) : perCpu(fileAddress);
    }

    private Location perCpu(long fileAddress) {
        var address = toTarget(fileAddress);
        return address.isPresent() ? new Location.PerCpu(address.getAsLong()) : new Location.BySymbol();
    }

    private Location fixed(long fileAddress) {
        var address = toTarget(fileAddress);
        return address.isPresent() ? new Location.Fixed(address.getAsLong()) : new Location.BySymbol();
    }
}
