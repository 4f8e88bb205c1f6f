package org.wyrm.commands.internal;

import java.util.Optional;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.Program;

/**
 * What commands over memory have in common: whose addresses are meant, and which.
 *
 * @param memory of which space
 */
record MemoryRange(Program program, TargetMemory memory) {
    static MemoryRange of(Program program, boolean isPhysical) {
        return new MemoryRange(program, isPhysical ? program.physicalMemory() : program.memory());
    }

    /** {@return the address that a text tells; physical ones are numbers} */
    long address(String text) {
        if (isVirtual()) {
            return SymCommand.place(program, text);
        }
        return number("physical address", text);
    }

    /** {@return a range of addresses}
     *
     * @param start empty: from 0 on
     * @param end the first address after it; empty: to the end of the address space
     * @param length instead of an end
     */
    AddressRange range(Optional<String> start, Optional<String> end, Optional<String> length) {
        if (end.isPresent() && length.isPresent()) {
            throw new UsageException("an end and a length exclude each other");
        }
        var first = start.map(this::address).orElse(0L);
        var last = -1L;
        if (end.isPresent()) {
            last = address(end.get()) - 1;
            if (Long.compareUnsigned(first, last) > 0 || last == -1) {
                throw new UsageException("the end 0x%x is not after the start 0x%x".formatted(last + 1, first));
            }
        } else if (length.isPresent()) {
            var size = number("length", length.get());
            last = first + size - 1;
            if (size == 0) {
                throw new UsageException("a length of 0 bytes");
            }
            if (Long.compareUnsigned(last, first) < 0) {
                throw new UsageException(
                        "0x%x bytes from 0x%x on pass the end of the address space".formatted(size, first));
            }
        }
        return new AddressRange(first, last);
    }

    /**
     * {@return a number: hexadecimal with {@code 0x}, else decimal}
     *
     * @throws UsageException if it is none of 64 bits
     */
    static long number(String what, String text) {
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("%s '%s' is no number of 64 bits, such as 4096 or 0x1000".formatted(what, text));
        }
    }

    Optional<VirtualAddress> virtual(long address) {
        return isVirtual() ? Optional.of(new VirtualAddress(address)) : Optional.empty();
    }

    Optional<PhysicalAddress> physical(long address) {
        return isVirtual() ? Optional.empty() : Optional.of(new PhysicalAddress(address));
    }

    private boolean isVirtual() {
        return memory.space() == AddressSpace.VIRTUAL;
    }
}
