package org.wyrm.program;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.wyrm.base.address.AddressRange;

/**
 * A module that the target loaded when it was running already: of a kernel, say. What it is, and where its parts are.
 *
 * @param name as the target lists it: {@code virtio_net}
 * @param buildId in hexadecimal digits, where the target tells it
 * @param regions the memory that it has now
 * @param sections reads the first address of each of its file's sections that the target placed, by name; also of those
 *     that were freed since. Of {@code .data..percpu}, the address that a CPU's per-CPU offset is added to. Throws a
 *     {@link org.wyrm.base.error.DebuggerException} if they cannot be read
 * @param problem what of this could not be read, with its cause
 */
public record LoadedModule(
        String name,
        Optional<String> buildId,
        List<AddressRange> regions,
        Supplier<Map<String, Long>> sections,
        Optional<String> problem) {
    public LoadedModule {
        regions = List.copyOf(regions);
    }

    /** {@return whether an address is in one of its regions} */
    public boolean contains(long virtualAddress) {
        for (var region : regions) {
            if (region.contains(virtualAddress)) {
                return true;
            }
        }
        return false;
    }
}
