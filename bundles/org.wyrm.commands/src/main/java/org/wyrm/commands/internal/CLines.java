package org.wyrm.commands.internal;

import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.wyrm.platform.command.LineLanguage;
import org.wyrm.platform.command.ProvidesLineLanguage;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.Span.Kind;

/** Lines that are expressions of C: {@code init_task.comm}. What is wrong in one, its evaluation says. */
@ProvidesLineLanguage(
        name = "c",
        command = "print",
        arguments = {"EXPRESSION", "EXPRESSION|TYPE"})
public final class CLines implements LineLanguage {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:\\\\.|[^\"\\\\])*+\"?+" // a string, perhaps without an end
                    + "|'(?:\\\\.|[^'\\\\])*+'?+"
                    + "|\\.?[0-9][\\w.]*+"
                    + "|[A-Za-z_$][\\w$]*+"
                    + "|->|\\S");

    private static final Set<String> TYPE_WORDS = Set.of(
            "struct",
            "union",
            "enum",
            "unsigned",
            "signed",
            "int",
            "long",
            "short",
            "char",
            "void",
            "float",
            "double",
            "_Bool",
            "const",
            "volatile",
            "sizeof",
            "typeof",
            "_Alignof",
            "offsetof",
            "container_of");

    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";
    private static final String WANT_MORE = "+-*/%&|^<>=?:,!~.";

    @Override
    public boolean isComplete(String text) {
        var depth = 0;
        var last = "";
        var tokens = TOKEN.matcher(text);
        while (tokens.find()) {
            last = tokens.group();
            if (last.length() == 1) {
                depth += OPENING.contains(last) ? 1 : CLOSING.contains(last) ? -1 : 0;
            }
        }
        var wantsMore = last.equals("->") || (last.length() == 1 && WANT_MORE.contains(last));
        return depth <= 0 && !wantsMore;
    }

    @Override
    public void forEachSpan(String text, Consumer<Span> spans) {
        var before = "";
        var tokens = TOKEN.matcher(text);
        while (tokens.find()) {
            var token = tokens.group();
            var first = token.charAt(0);
            if (first == '"' || first == '\'') {
                spans.accept(new Span(tokens.start(), tokens.end(), Kind.STRING));
            } else if (Character.isDigit(token.charAt(token.length() - 1)) && !Character.isLetter(first) && first != '_'
                    || Character.isDigit(first)) {
                spans.accept(new Span(tokens.start(), tokens.end(), Kind.NUMBER));
            } else if (TYPE_WORDS.contains(token)
                    || before.equals("struct")
                    || before.equals("union")
                    || before.equals("enum")) {
                spans.accept(new Span(tokens.start(), tokens.end(), Kind.TYPE));
            } else if ((before.equals(".") || before.equals("->")) && Character.isJavaIdentifierStart(first)) {
                spans.accept(new Span(tokens.start(), tokens.end(), Kind.MEMBER));
            }
            before = token;
        }
    }
}
