package org.wyrm.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that a process has mapped: its executable, a library, or data.
 *
 * @param path as the process knows it
 * @param buildId in hexadecimal digits, where the process's memory tells it
 * @param mappings in the order of addresses
 * @param content where its very content can be read here, if not at its path: it was deleted, or is of another container
 */
public record MappedFile(String path, Optional<String> buildId, List<Mapping> mappings, Optional<Path> content) {
    /** Keeps a copy. */
    public MappedFile {
        mappings = List.copyOf(mappings);
    }

    /** A file that can be read at its path, if at all. */
    public MappedFile(String path, Optional<String> buildId, List<Mapping> mappings) {
        this(path, buildId, mappings, Optional.empty());
    }

    /** {@return the same, of which more is known} */
    public MappedFile withBuildId(Optional<String> known) {
        return new MappedFile(path, known, mappings, content);
    }

    /**
     * A part of it in memory.
     *
     * @param fileOffset of its first byte in the file
     */
    public record Mapping(long firstAddress, long byteSize, long fileOffset) {}
}
