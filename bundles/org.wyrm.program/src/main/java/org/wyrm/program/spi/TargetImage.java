package org.wyrm.program.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.spi.MemorySource;

/** A target as its file or system offers it: memory and notes, no meaning. Thread-safe. */
@ConsumerType
public interface TargetImage extends AutoCloseable {
    /** {@return what it is, for people: {@code ELF vmcore}} */
    String description();

    /** {@return the name of its architecture, as {@code uname -m} prints it} */
    String architecture();

    /** {@return its memory by physical address, in the file's order} */
    default List<MemorySource> physicalMemory() {
        return List.of();
    }

    /** {@return its memory by virtual address, as far as the file gives such addresses} */
    default List<MemorySource> virtualMemory() {
        return List.of();
    }

    /** {@return the text of VMCOREINFO, lines {@code KEY=VALUE}, where the file carries it} */
    default Optional<ByteSlice> vmcoreinfo() {
        return Optional.empty();
    }

    /** {@return its ELF notes, in the file's order} */
    default List<Note> notes() {
        return List.of();
    }

    /** {@return what is wrong with the file without keeping it from being used, a clause each: that it is cut short} */
    default List<String> warnings() {
        return List.of();
    }

    /** {@return whether its memory comes over a wire, so that reading all of it would take very long} */
    default boolean isRemote() {
        return false;
    }

    /** {@return what was done to read it, for {@code --stats}: how many of what, by a name that people understand} */
    default Map<String, Long> statistics() {
        return Map.of();
    }

    /** Lets go of what it holds besides its file: a connection, a file of the system. It is closed with its program. */
    @Override
    default void close() {}

    /**
     * An ELF note.
     *
     * @param name its owner: {@code CORE}, {@code VMCOREINFO}
     * @param type its number among the owner's notes
     * @param description its content
     */
    record Note(String name, int type, ByteSlice description) {}
}
