package org.wyrm.itest.osgi;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;

/** The platform's part, made on the framework that the tests run in. */
final class Framework {
    private Framework() {}

    static BundleContributions contributions(BundleContext context) {
        // The system bundle's, which stays when a test ends.
        return new BundleContributions(context.getBundle(0).getBundleContext(), new Index("", List.of()), message -> {
            throw new AssertionError("warned: " + message);
        });
    }

    static Path root() {
        return Path.of(System.getProperty("wyrm.root")).toAbsolutePath().normalize();
    }

    static Path demo() {
        return root().resolve("distribution/demo/demo.vmcore");
    }

    /** {@return where the plug-in's jar is, for the framework} */
    static String plugin() {
        return root().resolve("plugins-fs/org.wyrm.fs/target/org.wyrm.fs-0.1.0.jar")
                .toUri()
                .toString();
    }

    static Program open(Contributions contributions) {
        return new ProgramOpener(contributions).openCore(demo(), message -> {
            throw new AssertionError("warned: " + message);
        });
    }

    @SuppressWarnings("rawtypes") // commands of any options
    static Optional<Contribution<Command>> command(Contributions contributions, String name) {
        return contributions.of(Command.class).stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    /** {@return the rows of a command that is given no options} */
    @SuppressWarnings({"unchecked", "rawtypes"}) // the options record is made from the command's own signature
    static Stream<? extends Record> rows(Contributions contributions, Program program, String name) {
        Command command = command(contributions, name).orElseThrow().get();
        var options = Arrays.stream(command.getClass().getMethods())
                .filter(method -> method.getName().equals("run") && method.getParameterTypes()[1] != Record.class)
                .map(method -> method.getParameterTypes()[1])
                .findFirst()
                .orElseThrow();
        try {
            var arguments = Arrays.stream(options.getRecordComponents())
                    .map(Framework::nothingSaid)
                    .toArray();
            return command.run(context(contributions, program), (Record)
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
        return type == Optional.class ? Optional.empty() : type == OptionalInt.class ? OptionalInt.empty() : List.of();
    }

    private static CommandContext context(Contributions contributions, Program program) {
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
                throw new AssertionError("warned: " + message);
            }
        };
    }
}
