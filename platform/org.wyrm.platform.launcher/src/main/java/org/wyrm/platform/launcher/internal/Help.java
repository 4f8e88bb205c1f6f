package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.output.Column;

/** Help, from the index. */
final class Help {
    /** What the launcher itself does; all other commands are in the index. */
    static final String COMMAND = "help";

    private static final int INDENT = 30;
    private static final String SUMMARY =
            "list commands and options, or show the help of a command or a helper; all helpers: help helpers";

    private Help() {}

    static String usage() {
        return """
                usage: wyrm [TARGET] [OPTIONS] COMMAND [ARGUMENTS]
                       wyrm [TARGET] [OPTIONS]                    the shell
                       wyrm --help [NAME]
                """;
    }

    static String overview(Index index) {
        var text = new StringBuilder(usage());
        text.append("\ncommands\n");
        index.declared(Index.COMMANDS).stream()
                .map(Index.Declared::declaration)
                .sorted(Comparator.comparing(Declaration::name))
                .forEach(command -> entry(text, names(command), command.summary()));
        entry(text, "help [NAME]", SUMMARY);
        var applications = index.declared(Index.APPLICATIONS);
        applications.stream()
                .map(Index.Declared::declaration)
                .filter(each -> !each.attribute("word").isEmpty())
                .forEach(each -> entry(text, each.attribute("word"), each.summary()));
        if (!applications.isEmpty()) {
            text.append("\napplications, by --application ID\n");
            applications.forEach(each ->
                    entry(text, each.declaration().name(), each.declaration().summary()));
        }
        targetOptions(text, index);
        text.append("\noutput, before or after the command\n");
        options(text, LauncherOptions.OUTPUT);
        text.append("\nplatform\n");
        options(text, LauncherOptions.PLATFORM);
        return text.toString();
    }

    private static void targetOptions(StringBuilder text, Index index) {
        var flags = new LinkedHashSet<OptionDeclaration>();
        index.declared(Index.TARGETS)
                .forEach(target -> flags.addAll(target.declaration().flags()));
        if (!flags.isEmpty()) {
            text.append("\ntarget and symbols, before the command\n");
            options(text, List.copyOf(flags));
        }
    }

    /** {@return the help of a command, of an application or a helper, or the overview} */
    static String of(Indexes indexes, List<String> names) {
        if (names.isEmpty()) {
            return overview(indexes.all());
        }
        var name = names.getFirst();
        if (List.of(COMMAND, "-h", "--help").contains(name)) {
            return ofHelp();
        }
        if (name.equals(HelperHelp.ALL)) {
            return new HelperHelp(indexes.all()).all();
        }
        var known = indexes.all().application(name).or(() -> indexes.all().command(name));
        return known.isPresent()
                ? of(known.get())
                : new HelperHelp(indexes.all()).of(name).orElseGet(() -> of(indexes.command(name)));
    }

    /** {@return the help of a command or an application} */
    static String of(Index.Declared command) {
        var declaration = command.declaration();
        var text = new StringBuilder("usage: wyrm [TARGET] [OPTIONS] ").append(started(declaration));
        if (!declaration.flags().isEmpty()) {
            text.append(" [OPTIONS]");
        }
        declaration.arguments().forEach(argument -> text.append(' ').append(argument.placeholder()));
        text.append("\n\n").append(declaration.summary()).append('\n');
        if (!declaration.aliases().isEmpty()) {
            text.append("also called ")
                    .append(String.join(", ", declaration.aliases()))
                    .append('\n');
        }
        if (!declaration.arguments().isEmpty()) {
            text.append("\narguments\n");
            declaration.arguments().forEach(argument -> entry(text, argument.placeholder(), argument.help()));
        }
        if (!declaration.flags().isEmpty()) {
            text.append("\noptions\n");
            options(text, declaration.flags());
        }
        if (!declaration.columns().isEmpty()) {
            text.append("\nkeys of a row: ")
                    .append(declaration.columns().stream().map(Column::key).collect(Collectors.joining(", ")))
                    .append('\n');
        }
        return text.append("from ")
                .append(command.bundle().symbolicName())
                .append('\n')
                .toString();
    }

    /** {@return how a line of usage names it} */
    private static String started(Declaration declaration) {
        var word = declaration.attribute("word");
        if (!word.isEmpty()) {
            return word;
        }
        return (declaration.namespace().equals(Index.APPLICATIONS) ? "--application " : "") + declaration.name();
    }

    /** {@return the help of {@code help}} */
    static String ofHelp() {
        var text = new StringBuilder("usage: wyrm help [NAME]\n       wyrm --help [NAME]\n\n").append(SUMMARY);
        text.append("\n\narguments\n");
        entry(text, "[NAME]", "a command that wyrm help lists, or a helper: list_for_each_entry");
        return text.toString();
    }

    private static String names(Declaration command) {
        var names = new ArrayList<>(List.of(command.name()));
        names.addAll(command.aliases());
        return String.join(", ", names);
    }

    private static void options(StringBuilder text, List<OptionDeclaration> options) {
        for (var option : options) {
            var names = String.join(", ", option.names());
            var indented = option.names().getFirst().startsWith("--") ? "    " + names : names;
            entry(text, option.takesValue() ? indented + " " + option.argument() : indented, option.help());
        }
    }

    static void entry(StringBuilder text, String left, String right) {
        text.append("  ").append(left);
        if (right.isEmpty()) {
            text.append('\n');
            return;
        }
        if (left.length() + 2 < INDENT) {
            text.append(" ".repeat(INDENT - left.length() - 2));
        } else {
            text.append('\n').append(" ".repeat(INDENT));
        }
        text.append(right).append('\n');
    }
}
