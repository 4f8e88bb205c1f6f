package org.wyrm.platform.launcher.internal.sample;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Flag;

/** Greets, with an exit code of its own; or runs a command, and tells what came of it. */
public final class HelloApplication implements Application<HelloApplication.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--command"},
                    help = "run a command")
            boolean command,

            @Argument(name = "[WORD]", help = "who is greeted")
            List<String> words) {}

    @Override
    public int run(ApplicationContext context, Options options) {
        if (!options.command()) {
            context.out().println("hello " + String.join(" ", options.words()));
            return 42;
        }
        var words = Stream.of(options.words(), context.rowOptions(), List.of("--format", context.format()))
                .flatMap(List::stream)
                .toList();
        var rows = new ByteArrayOutputStream();
        var result = context.run(words, new Cancellation(), rows);
        context.out()
                .print("%d rows, %s%n%s"
                        .formatted(result.rowCount(), result.messages(), rows.toString(StandardCharsets.UTF_8)));
        return result.code();
    }
}
