package org.wyrm.platform.launcher.internal.sample;

import java.util.stream.Stream;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;

/** Fails in a way that can be chosen, after one row. */
public final class FailCommand implements Command<FailCommand.Options> {
    /** How. */
    public record Options(
            @Argument(name = "HOW", help = "how it fails") String how) {}

    /** A row. */
    public record Row(int number) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Stream.of(1, 2).map(number -> {
            if (number == 2) {
                fail(context, options.how());
            }
            return new Row(number);
        });
    }

    private static void fail(CommandContext context, String how) {
        switch (how) {
            case "operation" -> throw new OperationFailedException("it failed");
            case "usage" -> throw new UsageException("it was wrong");
            case "unreadable" -> throw new UnreadableTargetException("it is unreadable");
            case "lookup" -> throw new LookupFailedException("thing", "it");
            case "fault" -> throw new FaultException(AddressSpace.VIRTUAL, 1, "it is absent");
            case "malformed" -> throw new MalformedDataException("it", 1, "it is malformed");
            case "corrupt" -> throw new CorruptStructureException("it", 1, "it is corrupt");
            case "unsupported" -> throw new UnsupportedTargetException("it is not supported");
            case "memory" -> throw new OutOfMemoryError("Java heap space");
            case "stack" -> throw new StackOverflowError();
            case "shrunk" -> throw new InternalError("a fault occurred in an unsafe memory access operation");
            case "internal" -> throw new InternalError("something else");
            case "bug" -> throw new IllegalStateException("it is a bug\nof two lines");
            case "wait" -> {
                while (true) {
                    context.cancellation().check();
                    Thread.onSpinWait();
                }
            }
            default -> throw new UsageException(how);
        }
    }
}
