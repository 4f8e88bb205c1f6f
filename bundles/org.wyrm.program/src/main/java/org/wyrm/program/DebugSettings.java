package org.wyrm.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where debugging information may come from. {@link #builder()} makes one of a few words.
 *
 * @param files that the user gave for parts of the target
 * @param extraFiles that the user gave whatever they are of: their types count, where they are in the target is not known
 * @param search what it is looked for without being given
 * @param debugDirectories folders laid out as {@code /usr/lib/debug}
 * @param kernelDirectories folders with a kernel and its modules
 * @param tryBy names of ways to look for it, besides the usual ones
 * @param notBy names of ways that are not gone
 * @param environment the user's variables: debuginfod's servers are named there
 */
public record DebugSettings(
        List<Path> files,
        List<Path> extraFiles,
        Search search,
        Directories debugDirectories,
        Directories kernelDirectories,
        List<String> tryBy,
        List<String> notBy,
        Map<String, String> environment) {
    /** What debugging information is looked for. */
    public enum Search {
        /** That of each part of the target. */
        ALL,
        /** That of the main image: of the kernel, without its modules. */
        MAIN,
        /** None. */
        NONE
    }

    /**
     * Folders to look in.
     *
     * @param listed those that the user named, looked at first
     * @param areUsualOnes whether the usual ones are looked at too
     */
    public record Directories(List<Path> listed, boolean areUsualOnes) {
        /** The usual ones. */
        public static final Directories USUAL = new Directories(List.of(), true);

        public Directories {
            listed = List.copyOf(listed);
        }
    }

    /** No debugging information at all: what the target itself carries is enough. */
    public static final DebugSettings NONE = builder().build();

    public DebugSettings {
        files = List.copyOf(files);
        extraFiles = List.copyOf(extraFiles);
        tryBy = List.copyOf(tryBy);
        notBy = List.copyOf(notBy);
        environment = Map.copyOf(environment);
    }

    /** {@return what makes settings; before anything is said they are {@link #NONE}} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return whether there is anything to do} */
    public boolean isWanted() {
        return search != Search.NONE || !files.isEmpty() || !extraFiles.isEmpty();
    }

    /** Makes settings, word by word. Confined. */
    public static final class Builder {
        private final List<Path> files = new ArrayList<>();
        private final List<Path> extraFiles = new ArrayList<>();
        private Search search = Search.NONE;
        private Directories debugDirectories = Directories.USUAL;
        private Directories kernelDirectories = Directories.USUAL;
        private final List<String> tryBy = new ArrayList<>();
        private final List<String> notBy = new ArrayList<>();
        private Map<String, String> environment = Map.of();

        private Builder() {}

        /** Adds a file for a part of the target: {@code vmlinux}, a module, an executable. */
        public Builder file(Path file) {
            files.add(file);
            return this;
        }

        /** Adds a file of whatever build, for its types. */
        public Builder extraFile(Path file) {
            extraFiles.add(file);
            return this;
        }

        /** Looks for what is not given. */
        public Builder search(Search what) {
            search = what;
            return this;
        }

        /** Takes these folders for those that are laid out as {@code /usr/lib/debug}. */
        public Builder debugDirectories(Directories directories) {
            debugDirectories = directories;
            return this;
        }

        /** Takes these folders for those with a kernel and its modules. */
        public Builder kernelDirectories(Directories directories) {
            kernelDirectories = directories;
            return this;
        }

        /** Looks in a way that is not usual, too: {@code debuginfod}. */
        public Builder tryBy(String way) {
            tryBy.add(way);
            return this;
        }

        /** Leaves a way of looking out. */
        public Builder notBy(String way) {
            notBy.add(way);
            return this;
        }

        /** Takes these for the user's variables. */
        public Builder environment(Map<String, String> variables) {
            environment = variables;
            return this;
        }

        /** {@return the settings} */
        public DebugSettings build() {
            return new DebugSettings(
                    files, extraFiles, search, debugDirectories, kernelDirectories, tryBy, notBy, environment);
        }
    }

    /** {@return these, for a target inside the one that the user named files of} */
    DebugSettings ofInner() {
        return new DebugSettings(
                List.of(), extraFiles, search, debugDirectories, kernelDirectories, tryBy, notBy, environment);
    }
}
