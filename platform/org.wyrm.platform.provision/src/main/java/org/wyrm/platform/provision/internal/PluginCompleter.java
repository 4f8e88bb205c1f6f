package org.wyrm.platform.provision.internal;

import java.util.stream.Stream;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.platform.command.ProvidesCompleter;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.provision.Plugin;
import org.wyrm.platform.provision.PluginCatalog;
import org.wyrm.platform.provision.Telling;

/** Completes the names of plug-ins that are here, in full and as short as they may be; no repository is asked. */
@ProvidesCompleter(name = "plugin", arguments = "PLUGIN|FILE")
public final class PluginCompleter implements Completer {
    private static final String OWN = "org.wyrm.";

    @Override
    public Completions complete(CommandContext context, String text) {
        var folders = context.contributions().of(PluginFolders.class).getFirst().get();
        var words = new PluginCatalog(folders, Telling.of(context))
                .list().stream()
                        .flatMap(plugin -> names(plugin.name()).map(name -> word(name, plugin)))
                        .filter(word -> word.text().startsWith(text))
                        .toList();
        return new Completions(0, words);
    }

    private static Stream<String> names(String name) {
        return name.startsWith(OWN) ? Stream.of(name.substring(OWN.length()), name) : Stream.of(name);
    }

    private static Word word(String name, Plugin plugin) {
        return new Word(name, String.join(", ", plugin.commands()), true);
    }
}
