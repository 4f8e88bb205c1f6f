package org.wyrm.platform.shell.internal;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;

/**
 * What stands at the cursor, by what stands before it.
 *
 * @param place what may stand there
 * @param argument what the command calls it: {@code PID|TASK}; empty if it is no argument
 * @param text of the argument, or of the part of the line, up to the cursor
 * @param word that is to be completed: the end of the text
 * @param command that it belongs to
 */
record Caret(Place place, String argument, String text, String word, Optional<Declaration> command) {
    private static final Pattern IDENTIFIER_END = Pattern.compile("[A-Za-z0-9_$]*\\z");
    private static final Pattern TOKEN_END = Pattern.compile("(?:[^\\s'\"]|\\\\.)*\\z");
    private static final Pattern FILE_END = Pattern.compile("[^\\s'\"|<>]*\\z");
    private static final Pattern FILE_BEGUN = Pattern.compile(">\\s*[^\\s'\"|<>]*\\z");
    private static final Pattern PATH = Pattern.compile("FILE|PATH|DIR|VMLINUX|JAR");

    /** What may stand somewhere. */
    enum Place {
        /** A command, or a name of the language of lines. */
        BEGINNING,
        /** An option of a command. */
        OPTION,
        /** An argument of a command, or the value of an option. */
        ARGUMENT,
        /** Text in the language of lines. */
        EXPRESSION,
        /** A file or folder. */
        PATH,
        /** The name of a command. */
        COMMAND,
        /** What there is help for. */
        TOPIC,
        /** What {@code set} takes. */
        SETTING,
        /** The number of a target. */
        TARGET,
        /** A stage of rows, or a program. */
        STAGE,
        /** A key of rows. */
        KEY,
        /** Anything else. */
        OTHER
    }

    /** {@return what stands at the end of a text} */
    static Caret at(Index index, String before) {
        var command = ShellLine.command(index, before);
        var isExpression = command.isEmpty() || ShellLine.takesExpression(index, command.get());
        var segments = Segments.of(
                before, isExpression && Builtin.named(Segments.word(before, 0)).isEmpty());
        var last = segments.texts().getLast();
        if (mayGoToAFile(segments, isExpression) && FILE_BEGUN.matcher(last).find()) {
            return new Caret(Place.PATH, "", last, end(FILE_END, last), command);
        }
        if (segments.texts().size() > 1) {
            var isFirstWord = last.stripLeading().matches("!?[A-Za-z_]*");
            return new Caret(
                    isFirstWord ? Place.STAGE : segments.isShell() ? Place.PATH : Place.KEY,
                    "",
                    last,
                    end(isFirstWord || !segments.isShell() ? IDENTIFIER_END : TOKEN_END, last),
                    command);
        }
        if (before.startsWith("!")) {
            return new Caret(Place.PATH, "", before, end(TOKEN_END, before), Optional.empty());
        }
        var first = ShellLine.firstWord(before);
        var isBegun = first.isEmpty() || before.strip().length() == first.get().length() && !before.endsWith(" ");
        if (isBegun) {
            var place = before.strip().matches("[A-Za-z_][\\w-]*|") ? Place.BEGINNING : Place.EXPRESSION;
            return new Caret(place, "", before, end(IDENTIFIER_END, before), Optional.empty());
        }
        var builtin = Builtin.named(first.get());
        if (builtin.isPresent()) {
            return ofBuiltin(builtin.get(), before);
        }
        return command.map(each -> ofCommand(each, before, isExpression))
                .orElseGet(
                        () -> new Caret(Place.EXPRESSION, "", before, end(IDENTIFIER_END, before), Optional.empty()));
    }

    /** In an expression, and in a condition, a {@code >} is an operator; a program has its own. */
    private static boolean mayGoToAFile(Segments segments, boolean isExpression) {
        var last = segments.texts().getLast();
        return segments.texts().size() == 1
                ? !isExpression
                : !segments.isShell() && !Segments.word(last, 0).equals("where");
    }

    private static Caret ofBuiltin(Builtin builtin, String before) {
        var word = end(TOKEN_END, before);
        var words = words(before.substring(0, before.length() - word.length()));
        var place = switch (builtin) {
            case HELP -> Place.TOPIC;
            case FOREACH -> Place.COMMAND;
            case OPEN, SOURCE, RECORD -> Place.PATH;
            case CLOSE, TARGET -> Place.TARGET;
            case SET -> words.size() > 1 && words.get(1).equals("task") ? Place.ARGUMENT : Place.SETTING;
            default -> Place.OTHER;
        };
        return new Caret(place, place == Place.ARGUMENT ? "PID|TASK|COMM" : "", word, word, Optional.empty());
    }

    private static Caret ofCommand(Declaration command, String before, boolean isExpression) {
        var token = end(TOKEN_END, before);
        var words = words(before.substring(0, before.length() - token.length()));
        var position = 0;
        Optional<OptionDeclaration> open = Optional.empty();
        for (var word : words.subList(Math.min(1, words.size()), words.size())) {
            if (open.isPresent()) {
                open = Optional.empty();
            } else if (word.startsWith("-") && word.length() > 1) {
                open = command.flags().stream()
                        .filter(flag -> flag.takesValue() && flag.names().contains(word))
                        .findFirst();
                if (open.isEmpty() && ShellLine.OUTPUT_VALUES.contains(word)) {
                    return new Caret(Place.OTHER, word, token, token, Optional.of(command));
                }
            } else {
                position++;
            }
        }
        if (open.isPresent()) {
            return argument(open.get().argument(), token, token, command);
        }
        if (token.startsWith("-") && position == 0) {
            return new Caret(Place.OPTION, "", token, token, Optional.of(command));
        }
        var arguments = command.arguments();
        if (arguments.isEmpty()) {
            return new Caret(Place.OTHER, "", token, token, Optional.of(command));
        }
        var index = Math.min(position, arguments.size() - 1);
        if (isExpression) {
            var skipped = words.size() - position;
            return new Caret(
                    Place.EXPRESSION,
                    arguments.get(index).argument(),
                    behindWords(before, skipped),
                    end(IDENTIFIER_END, before),
                    Optional.of(command));
        }
        return argument(arguments.get(index).argument(), token, token, command);
    }

    private static Caret argument(String name, String text, String word, Declaration command) {
        var plain = name.replace("[", "").replace("]", "");
        var place = PATH.matcher(plain).find() ? Place.PATH : Place.ARGUMENT;
        return new Caret(place, plain, text, word, Optional.of(command));
    }

    private static String behindWords(String text, int count) {
        return text.replaceFirst("(?s)^\\s*(?:\\S+\\s+){" + count + "}", "");
    }

    private static List<String> words(String text) {
        var stripped = text.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
    }

    private static String end(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group() : "";
    }
}
