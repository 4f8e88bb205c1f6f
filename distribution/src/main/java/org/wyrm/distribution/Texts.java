package org.wyrm.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;

/** The texts of the product that depend on what is in it: start script, man page, completion. */
final class Texts {
    private static final String PROGRAM = "rwxr-xr-x";
    private static final String TEXT = "rw-r--r--";

    /** The words that run scripts. */
    private static final String SCRIPTS = "script -e";

    private final Path templates;
    private final Path product;
    private final String version;

    Texts(Path templates, Path product, String version) {
        this.templates = templates;
        this.product = product;
        this.version = version;
    }

    void write(Index index) throws IOException {
        var commands = sorted(index, Index.COMMANDS);
        var applications = sorted(index, Index.APPLICATIONS);
        copy("bin/wyrm", PROGRAM, text -> text);
        Assembly.writeText(product.resolve("lib/launch"), launch(index, commands), TEXT);
        // Not in the jar: to open that takes longer than to read this.
        Assembly.writeText(product.resolve("lib").resolve(Index.FILE_NAME), index.toText(), TEXT);
        copy(
                "share/man/man1/wyrm.1",
                TEXT,
                text -> text.replace("@version@", version)
                        .replace("@commands@", manCommands(commands))
                        .replace("@applications@", manCommands(applications))
                        .replace("@targets@", manOptions(targetOptions(index))));
        copy(
                "share/bash-completion/completions/wyrm",
                TEXT,
                text -> text.replace("@commands@", String.join(" ", words(commands)) + startWords(applications))
                        .replace(
                                "@applications@",
                                String.join(
                                        " ",
                                        applications.stream()
                                                .map(Declaration::name)
                                                .toList()))
                        .replace("@options@", String.join(" ", names(targetOptions(index))))
                        .replace("@cases@", cases(commands, List.of()) + cases(applications, targetOptions(index))));
        scripts();
    }

    /** What users run, and copy from. */
    private void scripts() throws IOException {
        try (var scripts = Files.list(templates.resolve("share/scripts"))) {
            for (var script : scripts.sorted().toList()) {
                copy("share/scripts/" + script.getFileName(), PROGRAM, text -> text);
            }
        }
    }

    private static List<Declaration> sorted(Index index, String namespace) {
        return index.declared(namespace).stream()
                .map(Index.Declared::declaration)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    private interface Filling {
        String fill(String text);
    }

    private void copy(String name, String permissions, Filling filling) throws IOException {
        var text = filling.fill(Files.readString(templates.resolve(name)));
        Assembly.writeText(product.resolve(name), text, permissions);
    }

    /** What the start script reads: it runs no program to learn it. */
    private String launch(Index index, List<Declaration> commands) {
        var isLong = commands.stream()
                .filter(command -> command.attribute("long").equals("true"))
                .toList();
        return "id=" + index.id() + "\nversion=" + version + "\nlong=' " + String.join(" ", words(isLong)) + " "
                + SCRIPTS + " '\nscripts=' " + SCRIPTS + " '\ncommands=' help "
                + String.join(" ", words(commands)) + " '\n";
    }

    private static List<String> words(List<Declaration> commands) {
        var words = new ArrayList<String>();
        for (var command : commands) {
            words.add(command.name());
            words.addAll(command.aliases());
            var word = command.attribute("word");
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** {@return the words that start applications as commands are started, each after a space} */
    private static String startWords(List<Declaration> applications) {
        return applications.stream()
                .map(each -> each.attribute("word"))
                .filter(word -> !word.isEmpty())
                .map(word -> " " + word)
                .collect(Collectors.joining());
    }

    private static List<OptionDeclaration> targetOptions(Index index) {
        var options = new LinkedHashSet<OptionDeclaration>();
        index.declared(Index.TARGETS)
                .forEach(target -> options.addAll(target.declaration().flags()));
        return List.copyOf(options);
    }

    private static List<String> names(List<OptionDeclaration> options) {
        return options.stream().flatMap(option -> option.names().stream()).toList();
    }

    /** @param others options that stand behind them too */
    private static String cases(List<Declaration> commands, List<OptionDeclaration> others) {
        var cases = new StringBuilder();
        for (var command : commands) {
            cases.append("    ")
                    .append(String.join("|", words(List.of(command))))
                    .append(") words='")
                    .append(String.join(" ", names(command.flags())))
                    .append(others.isEmpty() ? "" : " ")
                    .append(String.join(" ", names(others)))
                    .append("' choices='")
                    .append(choices(command))
                    .append("' ;;\n");
        }
        return cases.toString();
    }

    private static String choices(Declaration command) {
        return command.arguments().stream()
                .findFirst()
                .map(first -> String.join(" ", first.choices()))
                .orElse("");
    }

    private static String manCommands(List<Declaration> commands) {
        var text = new StringBuilder();
        for (var command : commands) {
            text.append(".TP\n.B ").append(String.join(", ", words(List.of(command))));
            command.arguments()
                    .forEach(argument -> text.append(" \\fI")
                            .append(roff(argument.placeholder()))
                            .append("\\fR"));
            text.append('\n').append(roff(command.summary())).append('\n');
            for (var flag : command.flags()) {
                text.append(".br\n")
                        .append(option(flag))
                        .append(": ")
                        .append(roff(flag.help()))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String manOptions(List<OptionDeclaration> options) {
        return options.stream()
                .map(option -> ".TP\n" + option(option) + "\n" + roff(option.help()) + "\n")
                .collect(Collectors.joining());
    }

    private static String option(OptionDeclaration option) {
        var names = "\\fB" + roff(String.join(", ", option.names())) + "\\fR";
        return option.takesValue() ? names + " \\fI" + roff(option.argument()) + "\\fR" : names;
    }

    private static String roff(String text) {
        var escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
