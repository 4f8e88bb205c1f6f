package org.wyrm.debuginfo;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What was found for a target, and what was not. Thread-safe. */
public final class DebugInfoState {
    private final List<Supplier<List<Candidate>>> candidates = new CopyOnWriteArrayList<>();
    private final Optional<String> hint;

    /** @param hint what the user can do where something was not found, as a clause */
    public DebugInfoState(Optional<String> hint) {
        this.hint = hint;
    }

    /**
     * A part of the target that was perhaps not looked for yet.
     *
     * @param module the name of the module that it is; empty for the main image
     * @param part looks for it
     */
    public record Candidate(Optional<String> module, Supplier<Part> part) {}

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
        return all().map(candidate -> candidate.part.get());
    }

    private Stream<Candidate> all() {
        return candidates.stream().flatMap(some -> some.get().stream());
    }

    /**
     * {@return what there is of a part of the target; nothing where it was not to be looked for}
     *
     * @param module a name; empty for the main image
     */
    public Optional<Part> part(Optional<String> module) {
        return all().filter(candidate -> candidate.module.equals(module))
                .map(candidate -> candidate.part.get())
                .findFirst();
    }

    /** {@return what the user can do where something was not found, as a clause} */
    public Optional<String> hint() {
        return hint;
    }

    /** Adds a part that is of no module. */
    public void add(Part part) {
        add(() -> List.of(new Candidate(Optional.empty(), () -> part)));
    }

    /** Adds parts that are listed when somebody asks. */
    public void add(Supplier<List<Candidate>> later) {
        candidates.add(later);
    }
}
