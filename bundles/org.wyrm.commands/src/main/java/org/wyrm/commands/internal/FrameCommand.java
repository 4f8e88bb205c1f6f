package org.wyrm.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Shows frames of a stack with all that is in them. */
@ProvidesCommand(
        name = "frame",
        summary = "show a frame of a task's stack: its source, its parameters and variables",
        row = FrameCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class FrameCommand implements Command<FrameCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-t", "--task"},
                    argument = "PID|TASK|COMM",
                    help = "whose stack; without it, that of the task in which the target crashed")
            Optional<String> task,

            @Argument(name = "NUMBER", help = "of the frame, as bt tells it; several are possible")
            List<String> numbers) {}

    /**
     * A frame.
     *
     * @param pid of the task
     */
    public record Row(long pid, FrameRow frame) implements TextRow {
        @Override
        public String toText() {
            var text = new StringBuilder(frame.text(true));
            for (var local : frame.locals()) {
                text.append("\n    ").append(local.text().replace("\n", "\n    "));
            }
            return text.toString();
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.numbers.isEmpty()) {
            throw new UsageException("frame: NUMBER is missing");
        }
        var program = context.target(Program.class);
        var thread = ThreadChoice.of(context).single(options.task);
        var frames = new FrameChoice(program, thread);
        return options.numbers.stream()
                .map(frames::numbered)
                .map(frame -> new Row(thread.id(), FrameRow.of(frame, thread, LocalRow.of(frame), List.of())));
    }
}
