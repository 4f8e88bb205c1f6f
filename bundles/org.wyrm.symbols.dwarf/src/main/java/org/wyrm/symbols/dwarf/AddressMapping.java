package org.wyrm.symbols.dwarf;

import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.symbols.Variable.Location;

/**
 * Tells where the addresses of a file are in the target.
 *
 * @param slide what the target adds to each: the kernel's by KASLR, in bytes
 * @param perCpuTemplate the addresses in the file of the section that each CPU has a copy of, if the file has one
 */
public record AddressMapping(long slide, Optional<AddressRange> perCpuTemplate) {
    /** The addresses of the file are those of the target. */
    public static final AddressMapping NONE = new AddressMapping(0, Optional.empty());

    /** {@return where a function is; no CPU has a copy of one} */
    Location function(long fileAddress) {
        // Linkers write 0 for what they left out.
        return fileAddress == 0 ? new Location.BySymbol() : new Location.Fixed(fileAddress + slide);
    }

    /** {@return where a variable is} */
    Location variable(long fileAddress, boolean isExternal) {
        // The first variable of a template at 0 is external; the others at 0 are what the linker left out.
        return fileAddress == 0 && !isExternal ? new Location.BySymbol() : variable(fileAddress);
    }

    private Location variable(long fileAddress) {
        if (perCpuTemplate.isPresent() && perCpuTemplate.get().contains(fileAddress)) {
            // A template at 0 is no part of the image that moves.
            var moved = perCpuTemplate.get().firstAddress() == 0 ? 0 : slide;
            return new Location.PerCpu(fileAddress + moved);
        }
        return new Location.Fixed(fileAddress + slide);
    }
}
