package org.wyrm.commands.internal;

import java.util.EnumSet;
import java.util.Set;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.ProvidesCompleter;
import org.wyrm.program.NameKind;
import org.wyrm.program.Program;

/** Completes names of types, and members behind a dot: {@code task_struct.se.lo}. */
@ProvidesCompleter(
        name = "type",
        arguments = {"TYPE", "STRUCT", "NAME"})
public final class TypeCompleter implements Completer {
    private static final Set<NameKind> TYPES =
            EnumSet.of(NameKind.STRUCT, NameKind.UNION, NameKind.ENUM, NameKind.TYPEDEF);

    @Override
    public Completions complete(CommandContext context, String text) {
        var program = context.target(Program.class);
        var start = NameCompletions.nameStart(text);
        if (start == 0 || text.charAt(start - 1) != '.') {
            return NameCompletions.names(program, TYPES, text);
        }
        var path = text.substring(0, start - 1);
        var dot = path.indexOf('.');
        var name = dot < 0 ? path : path.substring(0, dot);
        var object = "((struct " + name + " *)0)->" + (dot < 0 ? "" : path.substring(dot + 1));
        var type = dot < 0
                ? program.type("struct " + name)
                : program.evaluate("typeof(" + object + ") *").type();
        return NameCompletions.members(program, type, text);
    }
}
