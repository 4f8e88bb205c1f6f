package org.wyrm.commands.internal;

import java.util.ArrayList;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.platform.command.ProvidesCompleter;
import org.wyrm.program.Program;

/** Completes what names tasks, or the threads of a process: their numbers. */
@ProvidesCompleter(
        name = "thread",
        arguments = {"PID|TASK|COMM", "PID|TASK", "PID", "ADDRESS|PID"})
public final class ThreadCompleter implements Completer {
    @Override
    public Completions complete(CommandContext context, String text) {
        var program = context.target(Program.class);
        var words = new ArrayList<Word>();
        var threads = ThreadChoice.of(context).finder().threads(program).iterator();
        while (threads.hasNext() && words.size() <= ENOUGH) {
            var thread = threads.next();
            var number = Long.toString(thread.id());
            if (number.startsWith(text)) {
                words.add(new Word(number, thread.name().orElse(""), true));
            }
        }
        return new Completions(0, words, words.size() <= ENOUGH);
    }
}
