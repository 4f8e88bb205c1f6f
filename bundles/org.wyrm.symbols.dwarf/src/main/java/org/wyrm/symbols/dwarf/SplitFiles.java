package org.wyrm.symbols.dwarf;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds and opens the files of split DWARF that a file of skeletons leads to. Thread-safe.
 *
 * @dwarf 7.3.2 Split DWARF Object Files
 */
@ConsumerType
public interface SplitFiles {
    /**
     * A file that was found.
     *
     * @param path where it is
     * @param stamp what is another text when the file has changed
     */
    record Place(String path, String stamp) {}

    /** {@return the package beside the file of skeletons, {@code .dwp}, if there is one} */
    Optional<Place> findPackage();

    /**
     * {@return the file with split units, {@code .dwo}, if it is there}
     *
     * @param name of the file, as a skeleton has it
     * @param directory that the unit was compiled in, empty if that is not known
     */
    Optional<Place> find(String name, String directory);

    /** {@return where {@link #find} looks, in its order} */
    List<String> places(String name, String directory);

    /**
     * {@return the content of a file; sections of units under one name are joined}
     *
     * @throws org.wyrm.base.error.DebuggerException if it cannot be read, or is damaged
     */
    DebugSections open(String path);

    /** {@return what finds no file} */
    static SplitFiles none() {
        return new SplitFiles() {
            @Override
            public Optional<Place> findPackage() {
                return Optional.empty();
            }

            @Override
            public Optional<Place> find(String name, String directory) {
                return Optional.empty();
            }

            @Override
            public List<String> places(String name, String directory) {
                return List.of();
            }

            @Override
            public DebugSections open(String path) {
                throw new IllegalArgumentException(path);
            }
        };
    }
}
