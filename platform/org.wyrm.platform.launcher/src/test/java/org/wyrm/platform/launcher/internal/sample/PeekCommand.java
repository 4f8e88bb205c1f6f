package org.wyrm.platform.launcher.internal.sample;

import java.util.stream.Stream;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;

/** Names its target; {@code fault} cannot be read. */
public final class PeekCommand implements Command<PeekCommand.Options> {
    /** None. */
    public record Options() {}

    /** The target. */
    public record Row(String target) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var name = context.target(Probe.class).name();
        if (name.equals("fault")) {
            throw new FaultException(AddressSpace.VIRTUAL, 0x1000, "it moved");
        }
        return Stream.of(new Row(name));
    }
}
