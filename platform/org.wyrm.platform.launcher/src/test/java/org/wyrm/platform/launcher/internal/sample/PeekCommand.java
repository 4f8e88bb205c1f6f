package org.wyrm.platform.launcher.internal.sample;

import java.util.stream.Stream;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;

/** Names its target. */
public final class PeekCommand implements Command<PeekCommand.Options> {
    /** None. */
    public record Options() {}

    /** The target. */
    public record Row(String target) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Stream.of(new Row(context.target(Probe.class).name()));
    }
}
