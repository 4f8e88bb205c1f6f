package org.wyrm.platform.extension.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;

/** A command with one option of each kind. */
public class CountCommand implements Command<CountCommand.Options> {
    /** The options. */
    public record Options(
            @Flag(
                    names = {"-v", "--verbose"},
                    help = "say more")
            boolean verbose,

            @Flag(names = "--name", argument = "NAME", help = "a name")
            Optional<String> name,

            @Flag(names = "--file", argument = "FILE", help = "a file")
            Optional<Path> file,

            @Flag(names = "--step", argument = "N", help = "a step")
            OptionalInt step,

            @Flag(names = "--start", argument = "N", help = "a start")
            OptionalLong start,

            @Flag(names = "--tag", argument = "TAG", help = "a tag")
            List<String> tags,

            @Flag(names = "--include", argument = "FILE", help = "a file")
            List<Path> includes,

            @Argument(name = "COUNT", help = "how many") String count,
            @Argument(name = "WORD", help = "what to count") Optional<String> word,
            @Argument(name = "REST", help = "the rest") List<String> rest) {}

    /** The rows. */
    public record Row(int number, Optional<ByteSize> heapSize) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return IntStream.range(0, Integer.parseInt(options.count())).mapToObj(i -> new Row(i, Optional.empty()));
    }
}
