package org.wyrm.platform.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.output.RowStage;

/**
 * A line, taken apart.
 *
 * @param words the command, its options and arguments
 * @param isBare whether it was no command: an expression, that a command was given
 * @param stages that its rows go through
 * @param pipeline of the system's shell, that takes the text; empty for none
 * @param file that takes the text
 */
record ShellLine(
        List<String> words, boolean isBare, List<RowStage> stages, String pipeline, Optional<Redirection> file) {
    /** Options of output that take a value: they stand before an expression. */
    static final Set<String> OUTPUT_VALUES = Set.of("--format", "--limit", "--color", "--log-level");

    private static final Pattern FIRST = Pattern.compile("\\s*([A-Za-z_][\\w-]*)(?=[\\s|>;]|$)");
    private static final Pattern REDIRECTION =
            Pattern.compile("(?s)^(.*?)(>>?)\\s*('[^']+'|\"[^\"]+\"|[^\\s'\"|<>]+)\\s*$");

    /**
     * A file that takes what a command writes.
     *
     * @param path as the user wrote it
     * @param isAppended whether what is in it stays
     */
    record Redirection(String path, boolean isAppended) {}

    /** {@return the word that a line begins with, if it stands by itself as a command's name does} */
    static Optional<String> firstWord(String text) {
        var matcher = FIRST.matcher(text);
        return matcher.lookingAt() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** {@return the command that a text begins with, or the application that its first word starts} */
    static Optional<Declaration> command(Index index, String text) {
        return firstWord(text)
                .flatMap(word -> index.command(word).or(() -> index.application(word)))
                .map(Index.Declared::declaration);
    }

    /** {@return whether a command's argument is an expression of the language of lines} */
    static boolean takesExpression(Index index, Declaration command) {
        var names = LineSyntax.arguments(index);
        return command.arguments().stream().anyMatch(argument -> names.contains(argument.argument()));
    }

    /**
     * {@return a line, taken apart}
     *
     * @param text that is not empty
     * @throws UsageException if it is not one, telling what is wrong
     */
    static ShellLine parse(Index index, String text) {
        var command = command(index, text);
        var isExpression = command.isEmpty() || takesExpression(index, command.get());
        var segments = Segments.of(text, isExpression);
        var parts = new ArrayList<>(segments.texts());
        var pipeline = segments.isShell() ? parts.removeLast().strip() : "";
        var file = Optional.<Redirection>empty();
        if (pipeline.isEmpty() && (parts.size() > 1 || !isExpression)) {
            file = takeRedirection(parts);
        }
        var stages = new ArrayList<RowStage>();
        for (var part : parts.subList(1, parts.size())) {
            if (part.isBlank()) {
                throw new UsageException("nothing stands behind a |");
            }
            stages.add(RowStage.parse(part.strip()));
        }
        var first = parts.getFirst();
        List<String> words;
        if (command.isEmpty()) {
            words = List.of(LineSyntax.command(index), "--", first.strip());
        } else {
            words = isExpression ? Words.ofExpression(first, command.get(), OUTPUT_VALUES) : Words.of(first);
        }
        return new ShellLine(
                words, command.isEmpty(), stages, pipeline.startsWith("!") ? pipeline.substring(1) : pipeline, file);
    }

    /** Takes {@code > FILE} off the last part; in a condition, it is an operator. */
    private static Optional<Redirection> takeRedirection(List<String> parts) {
        var last = parts.getLast();
        if (Segments.word(last, 0).equals("where")) {
            return Optional.empty();
        }
        var matcher = REDIRECTION.matcher(last);
        if (!matcher.matches() || isOpen(matcher.group(1))) {
            return Optional.empty();
        }
        parts.set(parts.size() - 1, matcher.group(1));
        var path = matcher.group(3);
        var isQuoted = path.startsWith("'") || path.startsWith("\"");
        return Optional.of(new Redirection(
                isQuoted ? path.substring(1, path.length() - 1) : path,
                matcher.group(2).equals(">>")));
    }

    /** {@return whether a quote is open at the end of a text} */
    static boolean isOpen(String text) {
        try {
            Words.of(text);
            return false;
        } catch (UsageException open) {
            return true;
        }
    }
}
