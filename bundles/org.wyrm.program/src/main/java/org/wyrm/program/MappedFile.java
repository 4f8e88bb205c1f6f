package org.wyrm.program;

import java.util.List;
import java.util.Optional;

/**
 * A file that a process has mapped: its executable, a library, or data.
 *
 * @param path as the process knows it
 * @param buildId in hexadecimal digits, where the process's memory tells it
 * @param mappings in the order of addresses
 */
public record MappedFile(String path, Optional<String> buildId, List<Mapping> mappings) {
    /** Keeps a copy. */
    public MappedFile {
        mappings = List.copyOf(mappings);
    }

    /**
     * A part of it in memory.
     *
     * @param fileOffset of its first byte in the file
     */
    public record Mapping(long firstAddress, long byteSize, long fileOffset) {}
}
