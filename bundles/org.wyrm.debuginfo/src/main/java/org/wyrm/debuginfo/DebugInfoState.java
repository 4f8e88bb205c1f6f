package org.wyrm.debuginfo;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What was found for a target, and what was not. Thread-safe. */
public final class DebugInfoState {
    private final List<Supplier<List<Part>>> parts = new CopyOnWriteArrayList<>();

    /**
     * A part of the target.
     *
     * @param label what it is: {@code kernel 6.1.0}
     * @param way how its file was found
     * @param file its file, if there is one
     * @param tried where else it was looked for
     */
    public record Part(
            String label,
            Optional<String> buildId,
            Optional<SearchWay> way,
            Optional<IndexedFile> file,
            List<TriedPlace> tried) {
        public Part {
            tried = List.copyOf(tried);
        }
    }

    /** A file with debugging information, and the index of its names. What is asked of the index makes it. */
    public interface IndexedFile {
        /** {@return the path of the file} */
        String name();

        /** {@return whether its index was kept by an earlier process} */
        boolean isIndexKept();

        /** {@return how many definitions and declarations its index has} */
        long entryCount();

        /** {@return the size of the index, in bytes} */
        long indexByteSize();

        /** {@return what could not be indexed, each with its place and cause} */
        List<String> problems();
    }

    /** {@return the parts, the main image first; those that were not looked for yet are looked for} */
    public Stream<Part> parts() {
        return parts.stream().flatMap(some -> some.get().stream());
    }

    /** Adds a part. */
    public void add(Part part) {
        parts.add(() -> List.of(part));
    }

    /** Adds parts that are looked for when somebody asks. */
    public void add(Supplier<List<Part>> later) {
        parts.add(later);
    }
}
