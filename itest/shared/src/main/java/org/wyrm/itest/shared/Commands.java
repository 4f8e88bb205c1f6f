package org.wyrm.itest.shared;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;

/** Runs commands without the platform that reads a user's words. */
public final class Commands {
    private Commands() {}

    /** {@return the command of a name, if it is contributed} */
    @SuppressWarnings("rawtypes") // commands of any options
    public static Optional<Contribution<Command>> find(Contributions contributions, String name) {
        return contributions.of(Command.class).stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    /**
     * {@return the rows of a command that is given no options}
     *
     * @param warnings hears what the command warns of
     */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the options record is made from the command's own signature
    public static Stream<? extends Record> rows(
            Contributions contributions, Program program, String name, Consumer<String> warnings) {
        Command command = find(contributions, name).orElseThrow().get();
        var options = Arrays.stream(command.getClass().getMethods())
                .filter(method -> method.getName().equals("run") && method.getParameterTypes()[1] != Record.class)
                .map(method -> method.getParameterTypes()[1])
                .findFirst()
                .orElseThrow();
        try {
            var arguments = Arrays.stream(options.getRecordComponents())
                    .map(Commands::nothingSaid)
                    .toArray();
            return command.run(context(contributions, program, warnings), (Record)
                    options.getDeclaredConstructors()[0].newInstance(arguments));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object nothingSaid(RecordComponent option) {
        var type = option.getType();
        if (type == boolean.class) {
            return false;
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == Optional.class ? Optional.empty() : type == OptionalInt.class ? OptionalInt.empty() : List.of();
    }

    private static CommandContext context(Contributions contributions, Program program, Consumer<String> warnings) {
        return new CommandContext() {
            @Override
            public <T> T target(Class<T> type) {
                return type.cast(program);
            }

            @Override
            public Cancellation cancellation() {
                return program.cancellation();
            }

            @Override
            public Contributions contributions() {
                return contributions;
            }

            @Override
            public Progress progress() {
                return Progress.NONE;
            }

            @Override
            public void warn(String message) {
                warnings.accept(message);
            }
        };
    }
}
