package org.wyrm.commands.internal;

import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;

/** A command line without its words: a program is open, and nothing else. */
public record OnProgram(Program program) implements CommandContext {
    @Override
    public <T> T target(Class<T> type) {
        return type.cast(program);
    }

    @Override
    public Cancellation cancellation() {
        return program.cancellation();
    }

    @Override
    public Contributions contributions() {
        throw new AssertionError("nothing else is needed");
    }

    @Override
    public Progress progress() {
        return Progress.NONE;
    }

    @Override
    public void warn(String message) {
        throw new AssertionError(message);
    }
}
