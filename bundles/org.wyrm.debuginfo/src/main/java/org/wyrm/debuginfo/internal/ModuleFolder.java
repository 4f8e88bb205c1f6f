package org.wyrm.debuginfo.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;

/**
 * A folder of kernel modules, {@code /lib/modules/RELEASE}: what its lists say, and what a walk finds. Each is read once,
 * when it is first needed. Thread-safe.
 */
final class ModuleFolder {
    /** More than a built kernel tree has. */
    private static final int MOST_FILES = 1_000_000;

    private static final int MOST_DEPTH = 32;
    private static final String ENDING = ".ko";
    private static final String DEBUG_ENDING = ".debug";
    private static final List<String> PACKED_ENDINGS = List.of(".xz", ".zst", ".gz");

    private final Path folder;
    private @Nullable Map<String, String> textList;
    private @Nullable Map<String, List<Path>> walked;

    ModuleFolder(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** {@return the name of the module that a file is of, if it has the name of such a file} */
    static Optional<String> moduleName(String fileName) {
        var name = fileName;
        for (var packed : PACKED_ENDINGS) {
            if (fileName.endsWith(packed)) {
                name = fileName.substring(0, fileName.length() - packed.length());
            }
        }
        if (name.endsWith(DEBUG_ENDING)) {
            name = name.substring(0, name.length() - DEBUG_ENDING.length());
        }
        return name.endsWith(ENDING) && name.length() > ENDING.length()
                ? Optional.of(name.substring(0, name.length() - ENDING.length()).replace('-', '_'))
                : Optional.empty();
    }

    /** {@return the path of a module as depmod listed it, usually below this folder} */
    Optional<String> listed(String name) {
        var binary = folder.resolve("modules.dep.bin");
        if (Files.isRegularFile(binary)) {
            try (var file = MappedFile.open(binary)) {
                return new ModuleTrie(file.bytes()).find(name).map(ModuleFolder::path);
            } catch (MalformedDataException | UnreadableTargetException e) {
                // The list as text says the same.
                return Optional.ofNullable(textList().get(name));
            }
        }
        return Optional.ofNullable(textList().get(name));
    }

    private static String path(String line) {
        var end = line.indexOf(':');
        return end < 0 ? line : line.substring(0, end);
    }

    private synchronized Map<String, String> textList() {
        var known = textList;
        if (known == null) {
            known = new HashMap<>();
            try (var lines = Files.lines(folder.resolve("modules.dep"), StandardCharsets.ISO_8859_1)) {
                for (var line : (Iterable<String>) lines::iterator) {
                    var path = path(line);
                    var name = moduleName(path.substring(path.lastIndexOf('/') + 1));
                    if (name.isPresent()) {
                        known.putIfAbsent(name.get(), path);
                    }
                }
            } catch (IOException e) {
                // No list: a walk is left.
                known.clear();
            }
            textList = known;
        }
        return known;
    }

    /** {@return the files with a module's name below this folder, those with most debug information first by name} */
    synchronized List<Path> walked(String name, Cancellation cancellation) {
        var known = walked;
        if (known == null) {
            known = walk(cancellation);
            walked = known;
        }
        return known.getOrDefault(name, List.of());
    }

    private Map<String, List<Path>> walk(Cancellation cancellation) {
        var found = new HashMap<String, List<Path>>();
        if (Files.isDirectory(folder)) {
            walk(folder, MOST_DEPTH, 0, found, cancellation);
        }
        found.values()
                .forEach(files -> files.sort((left, right) -> {
                    var byDebug = Boolean.compare(isDebug(right), isDebug(left));
                    return byDebug != 0 ? byDebug : left.compareTo(right);
                }));
        return found;
    }

    /**
     * Goes through a folder and those in it. What has the name of a module is one, without a look at it: there are
     * thousands.
     *
     * @return how many files there were, with those met before
     */
    private static int walk(
            Path folder, int mostDepth, int countBefore, Map<String, List<Path>> found, Cancellation cancellation) {
        var count = countBefore;
        var folders = new ArrayList<Path>();
        // A stream of paths takes four times as long.
        var names = folder.toFile().list();
        // Null of a folder that may not be read: the others may.
        for (var fileName : names == null ? new String[0] : names) {
            cancellation.check();
            if (++count >= MOST_FILES) {
                return count;
            }
            var name = moduleName(fileName);
            if (name.isPresent()) {
                found.computeIfAbsent(name.get(), _ -> new ArrayList<>(1)).add(folder.resolve(fileName));
            } else if (mostDepth > 0) {
                var file = folder.resolve(fileName);
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(file);
                }
            }
        }
        for (var each : folders) {
            count = walk(each, mostDepth - 1, count, found, cancellation);
        }
        return count;
    }

    private static boolean isDebug(Path file) {
        return file.toString().endsWith(DEBUG_ENDING);
    }
}
