package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.launcher.internal.OptionSet.Said;

/**
 * The files that a pattern names as targets: {@code -c 'dumps/*'}.
 *
 * @param option that names them, by its key
 * @param files in the order of their names; no folders
 */
record ManyTargets(String option, List<Path> files) {
    private static final String PATHS = "Ljava/util/List<Ljava/nio/file/Path;>;";

    /**
     * {@return the targets that what the user said names by a pattern; empty if it names none so}
     *
     * @throws UnreadableTargetException if no file is like the pattern
     */
    static Optional<ManyTargets> of(Indexes indexes, Map<String, List<String>> said) {
        if (said.values().stream().noneMatch(values -> isGlob(values.getFirst()))) {
            return Optional.empty();
        }
        for (var provider : indexes.all().declared(Index.TARGETS)) {
            var choices = provider.declaration().choices();
            for (var flag : provider.declaration().flags()) {
                var patterns = said.getOrDefault(flag.key(), List.of());
                if (namesFiles(flag, choices) && patterns.size() == 1 && isPattern(patterns.getFirst())) {
                    return Optional.of(new ManyTargets(flag.key(), files(patterns.getFirst())));
                }
            }
        }
        return Optional.empty();
    }

    /** {@return what was said, with one file in place of the pattern} */
    Said one(Said said, Path file) {
        var values = new LinkedHashMap<>(said.values());
        values.put(option, List.of(file.toString()));
        return new Said(values, said.rest());
    }

    private static boolean namesFiles(OptionDeclaration flag, List<String> choices) {
        return flag.signature().equals(PATHS) && flag.names().stream().anyMatch(choices::contains);
    }

    private static boolean isGlob(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /** {@return whether a text is a pattern of names, and no file has it for its own} */
    private static boolean isPattern(String text) {
        try {
            if (!isGlob(text) || Files.exists(Path.of(text))) {
                return false;
            }
            // A bracket that nothing closes is one of a name.
            FileSystems.getDefault().getPathMatcher("glob:" + text);
            return true;
        } catch (InvalidPathException | PatternSyntaxException noPattern) {
            return false;
        }
    }

    private static List<Path> files(String pattern) {
        var found = List.of(Path.of(pattern.startsWith("/") ? "/" : ""));
        for (var part : pattern.split("/+")) {
            var next = new ArrayList<Path>();
            for (var folder : found) {
                if (isGlob(part)) {
                    addMatching(folder, part, next);
                } else {
                    next.add(folder.resolve(part));
                }
            }
            found = next;
        }
        var files = found.stream()
                .filter(Files::exists)
                .filter(file -> !Files.isDirectory(file))
                .sorted()
                .toList();
        if (files.isEmpty()) {
            throw new UnreadableTargetException(pattern + ": no file has a name like this");
        }
        return files;
    }

    /** Adds what a folder has that is like a pattern; what is no folder has nothing, and hidden names are to be said. */
    private static void addMatching(Path folder, String pattern, List<Path> into) {
        var there = folder.toString().isEmpty() ? Path.of(".") : folder;
        if (!Files.isDirectory(there)) {
            return;
        }
        try (var names = Files.newDirectoryStream(there, pattern)) {
            for (var file : names) {
                var name = String.valueOf(file.getFileName());
                if (!name.startsWith(".") || pattern.startsWith(".")) {
                    into.add(folder.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UnreadableTargetException(there + ": " + FileErrors.reason(e), e);
        }
    }
}
