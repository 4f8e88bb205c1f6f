package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.FaultException;
import org.wyrm.program.Program;
import org.wyrm.unwind.spi.AddressNamer;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * A word of a stack.
 *
 * @param value of the size of a pointer
 * @param meaning what is at the address that it may be
 */
record StackWord(VirtualAddress address, VirtualAddress value, Optional<String> meaning) {
    /** {@code vm.mmap_min_addr}, as it is by default. */
    private static final long LOWEST_ADDRESS = 1 << 16;

    /**
     * {@return the words from an address up to another; they end where memory cannot be read}
     *
     * @param end the first address that is not wanted
     */
    static List<StackWord> between(Program program, long first, long end) {
        var words = new ArrayList<StackWord>();
        var byteSize = program.architecture().pointerByteSize();
        try {
            for (var at = first; Long.compareUnsigned(at, end) < 0; at += byteSize) {
                program.cancellation().check();
                var value = byteSize == Long.BYTES
                        ? program.memory().u64(at)
                        : program.memory().u32(at);
                words.add(new StackWord(new VirtualAddress(at), new VirtualAddress(value), meaning(program, value)));
            }
        } catch (FaultException absent) {
            return words;
        }
        return words;
    }

    /** {@return what is at an address, if anything is known of it} */
    static Optional<String> meaning(Program program, long value) {
        // A small number is none, whatever symbols there are in the template of per-CPU variables, at 0.
        var isKernel = program.findExtension(ThreadFinder.class)
                .map(ThreadFinder::isKernel)
                .orElse(false);
        if (isKernel ? value >= 0 : Long.compareUnsigned(value, LOWEST_ADDRESS) < 0) {
            return Optional.empty();
        }
        var symbol = program.symbolsAt(value).stream()
                .filter(each -> each.byteSize().orElse(0) > 0 || each.address() == value)
                .findFirst();
        if (symbol.isPresent()) {
            var offset = value - symbol.get().address();
            return Optional.of(symbol.get().name()
                    + (offset == 0 ? "" : "+0x" + Long.toHexString(offset))
                    + symbol.get().module().map(name -> " [" + name + "]").orElse(""));
        }
        return program.findExtension(AddressNamer.class).flatMap(namer -> namer.name(program, value));
    }

    String text() {
        return address + ": " + value + meaning.map(text -> " " + text).orElse("");
    }
}
