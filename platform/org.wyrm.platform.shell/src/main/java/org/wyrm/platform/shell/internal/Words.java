package org.wyrm.platform.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.OptionDeclaration;

/** Takes the text of a command apart into words, as a shell does. */
final class Words {
    private final String text;
    private int at;

    private Words(String text) {
        this.text = text;
    }

    /**
     * {@return the words of a text: blanks part them, quotes and backslashes keep them together}
     *
     * @throws UsageException if a quote has no end
     */
    static List<String> of(String text) {
        var scan = new Words(text);
        var words = new ArrayList<String>();
        while (scan.skipSpace()) {
            words.add(scan.word());
        }
        return words;
    }

    /**
     * {@return the words of a command whose argument is an expression: its options, and all the rest as it stands, so that
     * quotes, blanks and backslashes are those of the expression}
     *
     * @param declaration of the command
     * @param output the options of output that take a value, which may stand before the expression too
     */
    static List<String> ofExpression(String text, Declaration declaration, Set<String> output) {
        var scan = new Words(text);
        scan.skipSpace();
        var words = new ArrayList<>(List.of(scan.word()));
        while (scan.skipSpace() && text.charAt(scan.at) == '-') {
            var before = scan.at;
            var word = scan.word();
            var name = word.split("=", 2)[0];
            var flag = declaration.flags().stream()
                    .filter(each -> each.names().contains(name))
                    .findFirst();
            if (flag.isEmpty() && !output.contains(name) && !name.matches("--[a-z][a-z-]*")) {
                scan.at = before;
                break;
            }
            words.add(word);
            var takesValue = flag.map(OptionDeclaration::takesValue).orElse(output.contains(name));
            if (takesValue && !word.contains("=") && scan.skipSpace()) {
                words.add(scan.word());
            }
        }
        var rest = text.substring(scan.at).strip();
        if (!rest.isEmpty()) {
            // A minus that begins an expression begins no option.
            words.add("--");
            words.add(rest);
        }
        return words;
    }

    private boolean skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length();
    }

    private String word() {
        var word = new StringBuilder();
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            var c = text.charAt(at++);
            if (c == '\'' || c == '"') {
                quoted(c, word);
            } else if (c == '\\' && at < text.length()) {
                word.append(text.charAt(at++));
            } else {
                word.append(c);
            }
        }
        return word.toString();
    }

    private void quoted(char quote, StringBuilder word) {
        var start = at - 1;
        while (at < text.length()) {
            var c = text.charAt(at++);
            if (c == quote) {
                return;
            }
            var isEscape = c == '\\' && quote == '"' && at < text.length() && "\"\\$`".indexOf(text.charAt(at)) >= 0;
            word.append(isEscape ? text.charAt(at++) : c);
        }
        throw new UsageException("a quote has no end: " + text.substring(start));
    }
}
