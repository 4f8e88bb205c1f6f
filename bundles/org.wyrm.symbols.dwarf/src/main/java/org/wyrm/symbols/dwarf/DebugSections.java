package org.wyrm.symbols.dwarf;

import java.nio.ByteOrder;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;

/** The sections of a file, as a debugger wants them: decompressed, and relocated where that takes it. Thread-safe. */
@ConsumerType
public interface DebugSections {
    /** {@return the byte order of numbers in them} */
    ByteOrder order();

    /**
     * {@return a section, if there is one}
     *
     * @param elfName {@code .debug_info}
     */
    Optional<ByteSlice> find(String elfName);

    /** {@return the size of what {@link #find} gives, in bytes, without making it; 0 where that is nothing} */
    default long byteSize(String elfName) {
        return find(elfName).map(ByteSlice::byteSize).orElse(0L);
    }

    /** {@return the address of a section's first byte, as the file has it} */
    default long address(String elfName) {
        return 0;
    }

    /** {@return the release of the kernel that the file is of, as {@code uname -r} prints it, where it is of one} */
    default Optional<String> kernelRelease() {
        return Optional.empty();
    }

    /** {@return the size of an address, in bytes} */
    default int addressByteSize() {
        return Long.BYTES;
    }

    /** {@return whether a text that many units have is there once: so in linked files, not in modules} */
    default boolean areTextsMerged() {
        return true;
    }
}
