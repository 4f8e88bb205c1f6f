package org.wyrm.platform.provision.internal;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.provision.Plugin;
import org.wyrm.platform.provision.PluginInstaller;

/** {@code plugin list}, {@code plugin install FILE} and {@code plugin remove NAME}. */
@ProvidesCommand(name = "plugin", summary = "list, install and remove plug-ins", row = Plugin.class)
public final class PluginCommand implements Command<PluginCommand.Options> {
    private final Contributions contributions;

    /** Works on the framework that extends by {@code contributions}. */
    public PluginCommand(Contributions contributions) {
        this.contributions = contributions;
    }

    /**
     * What the user says.
     *
     * @param action what to do
     * @param what a file or a name
     */
    public record Options(
            @Argument(name = "list|install|remove", help = "what to do")
            String action,

            @Argument(name = "FILE|NAME", help = "the file of a plug-in, or the name of one")
            Optional<String> what) {}

    @Override
    public Stream<Plugin> run(CommandContext context, Options options) {
        if (!(contributions instanceof BundleContributions framework)) {
            throw new OperationFailedException("plug-ins need a framework, and there is none");
        }
        if (options.action().equals("list") && options.what().isPresent()) {
            throw new UsageException(
                    "plugin list wants no more words: '" + options.what().get() + "'");
        }
        var folders = contributions.of(PluginFolders.class).getFirst().get();
        var installer = new PluginInstaller(framework, folders);
        return switch (options.action()) {
            case "list" -> installer.list().stream();
            case "install" -> Stream.of(installer.install(what(options)));
            case "remove" -> Stream.of(installer.remove(what(options)));
            default -> throw new UsageException("plugin can list, install and remove, not " + options.action());
        };
    }

    private static String what(Options options) {
        return options.what()
                .orElseThrow(() -> new UsageException("plugin " + options.action() + " wants a file or a name"));
    }
}
