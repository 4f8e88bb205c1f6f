package org.wyrm.platform.script.internal;

import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.platform.command.ProvidesCompleter;

/** Completes the names of the scripts that come with wyrm. */
@ProvidesCompleter(name = "script", arguments = "SCRIPT|FILE")
public final class ScriptCompleter implements Completer {
    @Override
    public Completions complete(CommandContext context, String text) {
        var words = ScriptText.shippedNames().stream()
                .filter(name -> name.startsWith(text))
                .map(name -> new Word(name, "script", true))
                .toList();
        return new Completions(0, words);
    }
}
