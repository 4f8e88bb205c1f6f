package org.wyrm.platform.launcher.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.extension.OptionsRecord;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.Settings;
import org.wyrm.platform.output.TargetRow;

/**
 * A command, and what it is told.
 *
 * @param command the command
 * @param values of its options and arguments, by component
 * @param output what was said of the output, and other options of the platform
 */
record CommandLine(Index.Declared command, Map<String, List<String>> values, Said output) {
    /**
     * {@return the command line that words say}
     *
     * @throws UsageException if they do not say one
     */
    static CommandLine parse(Indexes indexes, List<String> words) {
        var command = indexes.command(words.getFirst());
        var declaration = command.declaration();
        var after = new OptionSet()
                .add(declaration.flags())
                .add(LauncherOptions.OUTPUT)
                .before(words.getFirst(), LauncherOptions.beforeTheCommand(indexes))
                .parse(words.subList(1, words.size()), false);
        var output = after.without(declaration.flags());
        var values = new LinkedHashMap<>(after.values());
        if (!output.has("--help")) {
            placeArguments(declaration.arguments(), after.rest(), values);
        }
        return new CommandLine(command, values, output);
    }

    /** Puts words that are no options in the places of arguments. */
    static void placeArguments(
            List<OptionDeclaration> arguments, List<String> words, Map<String, List<String>> values) {
        var next = 0;
        for (var argument : arguments) {
            if (argument.isRepeatable()) {
                values.put(argument.key(), words.subList(next, words.size()));
                next = words.size();
            } else if (next < words.size()) {
                values.put(argument.key(), List.of(words.get(next++)));
            }
        }
        if (next < words.size()) {
            throw new UsageException("too many arguments: '" + words.get(next) + "'");
        }
    }

    /** Runs the command; what could not be read is told. */
    void run(BundleContributions extender, RunContext context, Settings settings, Output out, Failures failures) {
        run(extender, context, settings, out, failures, "");
    }

    /** @param target which of several targets each row is to be named for; empty for none */
    void run(
            BundleContributions extender,
            RunContext context,
            Settings settings,
            Output out,
            Failures failures,
            String target) {
        var declaration = command.declaration();
        var layout = Layout.valueOf(declaration.attributes().getOrDefault("layout", Layout.TABLE.name()));
        long unread;
        try {
            unread = target.isEmpty()
                    ? out.rows(settings, layout, declaration.columns(), rows(extender, context))
                    : out.rows(
                            settings,
                            layout,
                            TargetRow.columns(declaration.columns()),
                            rows(extender, context).map(row -> new TargetRow(target, row)));
        } catch (FaultException | CorruptStructureException e) {
            context.remarks().forEach(remark -> failures.tell(0, remark));
            throw e;
        }
        if (unread > 0) {
            failures.tell(0, unread + (unread == 1 ? " row holds" : " rows hold") + " values that could not be read");
            context.remarks().forEach(remark -> failures.tell(0, remark));
        }
    }

    /** {@return the rows of the command, which are found as they are asked for; to be closed} */
    @SuppressWarnings("unchecked") // the index was made from the command's own signature
    Stream<? extends Record> rows(BundleContributions extender, RunContext context) {
        var object = (Command<Record>) extender.get(command);
        var options = OptionsRecord.make(
                extender.optionsClass(command), command.declaration().options(), values);
        return object.run(context, options);
    }
}
