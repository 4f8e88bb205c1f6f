package org.wyrm.platform.extension.sample;

import java.util.stream.Stream;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;

/** Commands that break a rule of options. */
public final class UndeclaredCommand implements Command<UndeclaredCommand.Options> {
    /** A component that is no option. */
    public record Options(boolean forgotten) {}

    /** A row. */
    public record Row(int number) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Stream.empty();
    }

    /** An option of a type that has no meaning. */
    public static final class Badly implements Command<Badly.Options> {
        /** Its options. */
        public record Options(
                @Flag(names = "--ratio", argument = "X", help = "a ratio")
                double ratio) {}

        @Override
        public Stream<Row> run(CommandContext context, Options options) {
            return Stream.empty();
        }
    }
}
