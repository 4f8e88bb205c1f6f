package org.wyrm.memory.spi;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.memory.Chunk;

/**
 * One contiguous range of target memory, from a dump or from a live machine. It may have holes.
 *
 * <p>Thread-safe. Called with addresses inside {@link #firstAddress()} to {@link #lastAddress()} only.
 */
@ConsumerType
public interface MemorySource {
    /** {@return the lowest address served} */
    long firstAddress();

    /** {@return the highest address served; inclusive, so that a range may end at 2^64 - 1} */
    long lastAddress();

    /**
     * {@return the lowest address of this range, at or above another one, whose byte is present; empty if there is none}
     *
     * <p>A source with holes overrides it: for the address that it gives, {@link #chunk} has no fault.
     *
     * @param address an address of this range
     * @param cancellation polled where it takes long
     */
    default OptionalLong nextPresent(long address, Cancellation cancellation) {
        return OptionalLong.of(address);
    }

    /**
     * {@return bytes that hold an address; as many as can be had at once, on one side of it or on both}
     *
     * @param address an address of this range
     * @param wantedByteSize how many bytes from {@code address} on the caller will read; a hint for sources that read
     *     anew each time
     * @throws org.wyrm.base.error.FaultException if the byte at {@code address} is absent
     */
    Chunk chunk(long address, long wantedByteSize);

    /** {@return whether the bytes at an address stay the same, as those of a dump do; others are never cached} */
    default boolean isStable() {
        return true;
    }
}
