package org.wyrm.platform.extension.sample;

import java.util.stream.Stream;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;

/** A command whose options are said by a subclass. */
public abstract class DerivedCommand<P extends Record> implements Command<P> {
    @Override
    public Stream<CountCommand.Row> run(CommandContext context, P options) {
        return Stream.empty();
    }

    /** Says them. */
    public static final class Sub extends DerivedCommand<CountCommand.Options> {}
}
