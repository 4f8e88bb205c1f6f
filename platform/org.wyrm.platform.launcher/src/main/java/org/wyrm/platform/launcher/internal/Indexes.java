package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.PluginFolders;

/**
 * What the product knows of its bundles.
 *
 * @param core the bundles of the core jar
 * @param all the core and the plug-ins, shipped and installed
 * @param folders where the plug-ins are
 */
record Indexes(Index core, Index all, PluginFolders folders) {
    /** Reads the indexes of the plug-ins. */
    static Indexes read(Index core, PluginFolders folders) {
        var all = core.with(Index.ofFolder(folders.shipped())).with(Index.ofFolder(folders.installed()));
        return new Indexes(core, all, folders);
    }

    /**
     * {@return the command that a word names}
     *
     * @throws UsageException if there is none, telling what may be meant
     */
    Index.Declared command(String word) {
        return all.command(word).orElseThrow(() -> new UsageException(noCommand(word)));
    }

    private String noCommand(String word) {
        var waiting = Index.ofFolder(folders.shipped()).command(word);
        if (waiting.isPresent()) {
            var name = waiting.get().bundle().symbolicName();
            return "`" + word + "` is in plug-in " + name + ": wyrm plugin install "
                    + name.substring(name.startsWith("org.wyrm.") ? "org.wyrm.".length() : 0);
        }
        for (var application : all.declared(Index.APPLICATIONS)) {
            var id = application.declaration().name();
            if (id.endsWith("." + word)) {
                return "`" + word + "` is an application: wyrm --application " + id;
            }
        }
        var known = new ArrayList<>(List.of(Help.COMMAND));
        for (var application : all.declared(Index.APPLICATIONS)) {
            known.add(application.declaration().attribute("word"));
        }
        known.remove("");
        for (var command : all.declared(Index.COMMANDS)) {
            known.add(command.declaration().name());
            known.addAll(command.declaration().aliases());
        }
        var nearest = Words.nearest(word, known);
        return "no command '" + word + "'"
                + (nearest.isEmpty() ? "; see wyrm --help" : "; did you mean " + nearest + "?");
    }

    /** {@return the application with an ID, if there is one} */
    Optional<Index.Declared> findApplication(String id) {
        return all.declared(Index.APPLICATIONS).stream()
                .filter(each -> each.declaration().name().equals(id))
                .findFirst();
    }

    /**
     * {@return the application with an ID}
     *
     * @throws UsageException if there is none, telling those that there are
     */
    Index.Declared application(String id) {
        return findApplication(id).orElseThrow(() -> {
            var known = new ArrayList<String>();
            all.declared(Index.APPLICATIONS)
                    .forEach(each -> known.add(each.declaration().name()));
            return new UsageException(
                    "no application '" + id + "'" + (known.isEmpty() ? "" : "; there is " + String.join(", ", known)));
        });
    }

    /**
     * {@return the index of the core jar, which lies beside it}
     *
     * @throws OperationFailedException if there is none, or it is of another jar
     */
    static Index readCore() {
        var folder = Path.of(System.getProperty("wyrm.home", ""), "lib");
        var file = folder.resolve(Index.FILE_NAME);
        Index index;
        try {
            index = Index.ofFile(file);
            // Java does not see that a jar is another one than that of its cache.
            var jar = folder.resolve("wyrm-core.jar");
            if (!index.id().endsWith("-" + Files.size(jar))) {
                throw new OperationFailedException(file + " is the index of another " + jar + ": install wyrm again");
            }
        } catch (IOException e) {
            throw new OperationFailedException(
                    "this is not a whole wyrm: cannot read " + file + ": " + FileErrors.reason(e), e);
        }
        var cache = System.getProperty("wyrm.cache", "");
        if (!cache.isEmpty() && !cache.equals(index.id())) {
            throw new OperationFailedException("the AOT cache was made for another core jar (" + cache + ", not "
                    + index.id() + "): install wyrm again");
        }
        return index;
    }
}
