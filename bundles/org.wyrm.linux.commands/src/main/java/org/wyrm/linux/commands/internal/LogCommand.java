package org.wyrm.linux.commands.internal;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.printk.Printk;
import org.wyrm.linux.printk.PrintkRecord;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Shows the kernel's log. */
@ProvidesCommand(
        name = "log",
        aliases = "dmesg",
        summary = "show the kernel's log",
        row = LogCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
@ProvidesReportSection(name = "log", title = "The end of the log", command = "log --last 100", rank = 300)
public final class LogCommand implements Command<LogCommand.Options> {
    private static final int LEVELS = 8;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-l", "--level"},
                    argument = "N",
                    help = "messages of level N and more severe only: 0 (emergency) to 7 (debug)")
            Optional<String> level,

            @Flag(
                    names = {"-n", "--last"},
                    argument = "N",
                    help = "the last N of these messages only")
            OptionalInt last) {}

    /** One message. */
    public record Row(long seq, long timestampNs, int level, String text) implements TextRow {
        private static final long NS_PER_US = 1_000;
        private static final long US_PER_S = 1_000_000;

        /** {@return the message as {@code dmesg} prints it, each of its lines after the time} */
        @Override
        public String toText() {
            var micros = timestampNs / NS_PER_US;
            var time = "[%5d.%06d] ".formatted(micros / US_PER_S, micros % US_PER_S);
            return time + text.replace("\n", "\n" + time);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var mostLevel = options.level.map(LogCommand::level).orElse(LEVELS - 1);
        var records = Printk.getPrintkRecords(LinuxKernel.require(context.target(Program.class)))
                .filter(each -> each.level() <= mostLevel);
        var some = options.last.isPresent() ? last(records, options.last.getAsInt()) : records;
        return some.map(LogCommand::row);
    }

    /** {@return the last elements of a stream, which are held until it ends, be it by an error} */
    private static <T> Stream<T> last(Stream<T> all, int count) {
        if (count < 0) {
            throw new UsageException("--last %d: a number of messages was expected".formatted(count));
        }
        var held = new ArrayDeque<T>();
        try {
            all.forEachOrdered(each -> {
                held.addLast(each);
                if (held.size() > count) {
                    held.removeFirst();
                }
            });
        } catch (DebuggerException e) {
            Supplier<T> failure = () -> {
                throw e;
            };
            return Stream.concat(held.stream(), Stream.generate(failure));
        }
        return held.stream();
    }

    private static Row row(PrintkRecord record) {
        return new Row(record.seq(), record.timestampNs(), record.level(), record.text());
    }

    private static int level(String text) {
        if (text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) < '0' + LEVELS) {
            return text.charAt(0) - '0';
        }
        throw new UsageException("--level " + text + ": a number from 0 to 7 was expected");
    }
}
