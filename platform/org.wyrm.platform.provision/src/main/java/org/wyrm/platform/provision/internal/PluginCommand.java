package org.wyrm.platform.provision.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.provision.NewPlugin;
import org.wyrm.platform.provision.Plugin;
import org.wyrm.platform.provision.PluginCatalog;
import org.wyrm.platform.provision.PluginInstaller;
import org.wyrm.platform.provision.PluginProject;
import org.wyrm.platform.provision.Repositories;
import org.wyrm.platform.provision.Telling;
import org.wyrm.platform.provision.Trust;

/** All that is done with plug-ins, with repositories of them, and with whom to trust. */
@ProvidesCommand(
        name = "plugin",
        summary = "find, install, update and remove plug-ins, say where they come from, and begin new ones",
        row = Plugin.class)
public final class PluginCommand implements Command<PluginCommand.Options> {
    /** What actions take, as {@link PluginCompleter} knows it. */
    static final String PLUGINS = "[PLUGIN|FILE]";

    private static final String ACTIONS = "list|search|info|install|update|remove|repository|trust|new";

    private final Contributions contributions;

    /** Works on the framework that extends by {@code contributions}. */
    public PluginCommand(Contributions contributions) {
        this.contributions = contributions;
    }

    /**
     * What the user says.
     *
     * @param unsigned see its help
     * @param directory see its help
     * @param action what to do
     * @param words of the action
     */
    public record Options(
            @Flag(
                    names = "--unsigned",
                    help = "install, update: take from a repository what no key that is trusted has signed")
            boolean unsigned,

            @Flag(
                    names = "--directory",
                    argument = "DIR",
                    help = "new: the folder to write to; else one of the plug-in's name, here")
            Optional<Path> directory,

            @Argument(name = ACTIONS, help = "what to do; repository and trust can list, add and remove")
            String action,

            @Argument(
                    name = PLUGINS,
                    help =
                            "search [WORD]; info, remove NAME; install FILE|NAME; update [NAME]; repository add NAME ADDRESS;"
                                    + " trust add FILE; new NAME")
            List<String> words) {}

    @Override
    public Stream<? extends Record> run(CommandContext context, Options options) {
        if (!(contributions instanceof BundleContributions framework)) {
            throw new OperationFailedException("plug-ins need a framework, and there is none");
        }
        var folders = contributions.of(PluginFolders.class).getFirst().get();
        var telling = Telling.of(context);
        var catalog = new PluginCatalog(folders, telling);
        var installer = new PluginInstaller(framework, folders, telling);
        var said = new Said("plugin " + options.action(), options.words());
        var unsigned = options.unsigned();
        return switch (options.action()) {
            case "list" -> said.nothing(catalog.list()).stream();
            case "search" -> catalog.search(options.words()).stream();
            case "info" -> catalog.info(said.one("the name of a plug-in")).stream();
            case "install" -> installer.install(said.one("a file or a name"), unsigned).stream();
            case "update" -> installer.update(said.oneAtMost(), unsigned).stream();
            case "remove" -> Stream.of(installer.remove(said.one("the name of a plug-in")));
            case "repository" -> repository(new Repositories(folders, telling), said);
            case "trust" -> trust(new Trust(folders), said);
            case "new" -> Stream.of(begin(new PluginProject(framework.index(), folders), said, options.directory()));
            default ->
                throw new UsageException("plugin can " + ACTIONS.replace("|", ", ") + ", not " + options.action());
        };
    }

    private static NewPlugin begin(PluginProject project, Said said, Optional<Path> folder) {
        var name = said.one("a name, such as org.example.nvme");
        return project.write(name, folder.orElseGet(() -> Path.of(name)));
    }

    private static Stream<? extends Record> repository(Repositories repositories, Said said) {
        var rest = said.rest();
        return switch (said.first("list, add or remove")) {
            case "list" -> rest.nothing(repositories.all()).stream();
            case "add" ->
                Stream.of(repositories.add(
                        rest.word(0, 2, "a name and an address"), rest.word(1, 2, "a name and an address")));
            case "remove" -> Stream.of(repositories.remove(rest.one("the name of a repository")));
            default -> throw new UsageException("plugin repository can list, add and remove, not " + said.first(""));
        };
    }

    private static Stream<? extends Record> trust(Trust trust, Said said) {
        var rest = said.rest();
        return switch (said.first("list, add or remove")) {
            case "list" -> rest.nothing(trust.keys()).stream();
            case "add" -> Stream.of(trust.add(rest.one("a file with a certificate")));
            case "remove" -> Stream.of(trust.remove(rest.one("a file with a certificate")));
            default -> throw new UsageException("plugin trust can list, add and remove, not " + said.first(""));
        };
    }

    /**
     * Words that an action was given.
     *
     * @param action what messages call it
     * @param words the words
     */
    private record Said(String action, List<String> words) {
        <T> T nothing(T result) {
            requireAtMost(0);
            return result;
        }

        String one(String what) {
            return word(0, 1, what);
        }

        String word(int at, int count, String what) {
            if (words.size() < count) {
                throw new UsageException(action + " wants " + what);
            }
            requireAtMost(count);
            return words.get(at);
        }

        Optional<String> oneAtMost() {
            requireAtMost(1);
            return words.stream().findFirst();
        }

        String first(String what) {
            if (words.isEmpty()) {
                throw new UsageException(action + " wants " + what);
            }
            return words.getFirst();
        }

        Said rest() {
            return words.isEmpty() ? this : new Said(action + " " + words.getFirst(), words.subList(1, words.size()));
        }

        private void requireAtMost(int count) {
            if (words.size() > count) {
                throw new UsageException(action + " wants no more words: '" + words.get(count) + "'");
            }
        }
    }
}
