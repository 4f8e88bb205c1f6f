package org.wyrm.platform.launcher.internal.sample;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;

/** A row a word. */
public final class ShowCommand implements Command<ShowCommand.Options> {
    /** What is shown. */
    public record Options(
            @Flag(
                    names = {"-u", "--upper"},
                    help = "in capitals")
            boolean upper,

            @Argument(name = "WORD", help = "the first") String word,
            @Argument(name = "[MORE]", help = "others") List<String> more) {}

    /** A word. */
    public record Row(String word, int length) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Stream.concat(Stream.of(options.word()), options.more().stream())
                .map(word -> new Row(options.upper() ? word.toUpperCase(java.util.Locale.ROOT) : word, word.length()));
    }
}
