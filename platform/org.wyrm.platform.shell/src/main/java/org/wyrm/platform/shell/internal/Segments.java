package org.wyrm.platform.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.wyrm.platform.output.RowStage;

/**
 * The parts of a line between its pipes: the command, stages of rows, and a pipeline of the system's shell, which is one
 * part, whatever is in it.
 *
 * @param texts of the parts, without the pipes
 * @param isShell whether the last is for the system's shell
 */
record Segments(List<String> texts, boolean isShell) {
    /** What may follow a pipe behind an expression of C, whose own {@code |} is no pipe. */
    private static final Set<String> TOOLS = Set.of(
            "awk", "cat", "cut", "egrep", "fgrep", "grep", "jq", "less", "more", "nl", "rg", "sed", "tee", "tr", "uniq",
            "vim", "wc", "xxd");

    private static final Pattern WORD = Pattern.compile("\\s*(!|[A-Za-z_][\\w.-]*)");

    /**
     * {@return the parts of a line}
     *
     * @param isExpression whether the first part is an expression, whose {@code |} counts as a pipe only outside of
     *     brackets and before the name of a stage or of a usual tool, or {@code !}
     */
    static Segments of(String line, boolean isExpression) {
        var texts = new ArrayList<String>();
        var start = 0;
        var scan = new Scan(line);
        while (scan.next()) {
            if (!scan.isPipe() || (texts.isEmpty() && isExpression && !(scan.depth == 0 && isPiped(line, scan.at)))) {
                continue;
            }
            texts.add(line.substring(start, scan.at));
            start = scan.at + 1;
            if (!RowStage.isKind(word(line, start))) {
                texts.add(line.substring(start));
                return new Segments(texts, !word(line, start).isEmpty());
            }
        }
        texts.add(line.substring(start));
        return new Segments(texts, false);
    }

    private static boolean isPiped(String line, int pipe) {
        var word = word(line, pipe + 1);
        return RowStage.isKind(word) || TOOLS.contains(word) || word.equals("!");
    }

    /** {@return the word that begins at a place; empty if there is none} */
    static String word(String line, int at) {
        var matcher = WORD.matcher(line).region(at, line.length());
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /** Goes through a line, past what is quoted. */
    private static final class Scan {
        private final String line;
        private int at = -1;
        private int depth;
        private char quote;

        Scan(String line) {
            this.line = line;
        }

        boolean next() {
            at++;
            if (at >= line.length()) {
                return false;
            }
            var c = line.charAt(at);
            if (quote != 0) {
                if (c == '\\' && quote == '"') {
                    at++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\\') {
                at++;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else {
                depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            }
            return true;
        }

        /** {@return whether a pipe is here: {@code ||} is none} */
        boolean isPipe() {
            return quote == 0
                    && at < line.length()
                    && line.charAt(at) == '|'
                    && !line.startsWith("||", at)
                    && !(at > 0 && line.charAt(at - 1) == '|');
        }
    }
}
