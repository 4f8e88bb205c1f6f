package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.platform.command.ProvidesCompleter;
import org.wyrm.program.KernelName;
import org.wyrm.program.NameKind;
import org.wyrm.program.Program;

/** Completes expressions of C: names of the target, helpers, members of what stands before a dot or an arrow. */
@ProvidesCompleter(
        name = "expression",
        arguments = {
            "EXPRESSION",
            "EXPRESSION|TYPE",
            "ADDRESS",
            "START",
            "NAME|NAME+OFFSET|ADDRESS",
            "ADDRESS|NAME|NAME+OFFSET|FILE:LINE"
        })
public final class ExpressionCompleter implements Completer {
    private static final Pattern ACCESS = Pattern.compile("(?:\\.|->)\\s*\\z");
    private static final Pattern TAG = Pattern.compile("\\b(struct|union|enum)\\s+\\z");
    private static final Set<NameKind> VALUES =
            EnumSet.of(NameKind.VARIABLE, NameKind.FUNCTION, NameKind.CONSTANT, NameKind.SYMBOL);

    @Override
    public Completions complete(CommandContext context, String text) {
        var program = context.target(Program.class);
        var start = NameCompletions.nameStart(text);
        var before = text.substring(0, start);
        var access = ACCESS.matcher(before);
        if (access.find()) {
            var object = operand(before.substring(0, access.start()));
            return object.isEmpty()
                    ? Completions.NONE
                    : NameCompletions.members(program, program.evaluate(object).type(), text);
        }
        var tag = TAG.matcher(before);
        if (tag.find()) {
            var kind = switch (tag.group(1)) {
                case "struct" -> NameKind.STRUCT;
                case "union" -> NameKind.UNION;
                default -> NameKind.ENUM;
            };
            return NameCompletions.names(program, EnumSet.of(kind), text);
        }
        var prefix = text.substring(start);
        var names = NameCompletions.names(program, VALUES, text);
        var words = new ArrayList<>(names.words());
        if (!prefix.isEmpty()) {
            for (var helpers : context.contributions().of(KernelName.class)) {
                HeaderClause.listValue(helpers.attributes().getOrDefault("names", "")).stream()
                        .filter(name -> name.startsWith(prefix))
                        .forEach(name -> words.add(new Word(name + "(", "helper", false)));
            }
        }
        return new Completions(start, words, names.isWhole());
    }

    /** {@return the expression that a text ends with and a member is taken of; empty if there is none} */
    private static String operand(String text) {
        var end = text.stripTrailing().length();
        var start = end;
        while (start > 0) {
            var c = text.charAt(start - 1);
            if (c == ')' || c == ']') {
                start = opening(text, start - 1);
                if (start < 0) {
                    return "";
                }
            } else if (Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '.') {
                start--;
            } else if (c == '>' && start > 1 && text.charAt(start - 2) == '-') {
                start -= 2;
            } else {
                break;
            }
        }
        return text.substring(start, end).strip();
    }

    private static int opening(String text, int closing) {
        var depth = 0;
        for (var i = closing; i >= 0; i--) {
            var c = text.charAt(i);
            depth += c == ')' || c == ']' ? 1 : c == '(' || c == '[' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
