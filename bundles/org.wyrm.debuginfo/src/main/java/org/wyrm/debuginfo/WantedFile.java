package org.wyrm.debuginfo;

import java.nio.file.Path;
import java.util.Optional;
import org.wyrm.elf.BuildId;

/** What debug information is wanted of. Closed: a switch over it needs no default. */
public sealed interface WantedFile {
    /** {@return the build ID that its files must have, where it is known} */
    Optional<BuildId> buildId();

    /** {@return its name in messages} */
    String label();

    /**
     * A kernel's main image.
     *
     * @param release as {@code uname -r} prints it
     */
    record Kernel(String release, Optional<BuildId> buildId) implements WantedFile {
        @Override
        public String label() {
            return "kernel " + release;
        }
    }

    /**
     * A loadable kernel module.
     *
     * @param release of the kernel it is loaded in
     * @param name as the kernel lists it, with underscores: {@code af_key}
     */
    record KernelModule(String release, String name, Optional<BuildId> buildId) implements WantedFile {
        @Override
        public String label() {
            return "module " + name;
        }
    }

    /**
     * An executable or a library.
     *
     * @param path where its process found it
     * @param content where its very content can be read here, if not at that path: it was deleted, say
     */
    record Program(Path path, Optional<BuildId> buildId, Optional<Path> content) implements WantedFile {
        /** One that can be read at its path, if at all. */
        public Program(Path path, Optional<BuildId> buildId) {
            this(path, buildId, Optional.empty());
        }

        @Override
        public String label() {
            return path.toString();
        }
    }
}
