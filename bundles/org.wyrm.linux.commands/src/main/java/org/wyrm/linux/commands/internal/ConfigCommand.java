package org.wyrm.linux.commands.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.kconfig.Kconfig;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;

/** Lists what the kernel was configured with. */
@ProvidesCommand(
        name = "config",
        aliases = "kconfig",
        summary = "list what the kernel was configured with",
        row = ConfigCommand.Row.class,
        target = Program.class)
public final class ConfigCommand implements Command<ConfigCommand.Options> {
    private static final String PREFIX = "CONFIG_";

    /** What the user may say. */
    public record Options(
            @Argument(name = "[PATTERN]", help = "names, with or without CONFIG_, * for any letters")
            List<String> patterns,

            @Flag(
                    names = {"--file"},
                    argument = "FILE",
                    help = "take them from this file, a .config")
            Optional<Path> file) {}

    /**
     * One option.
     *
     * @param name {@code CONFIG_SMP}
     * @param value {@code y}, {@code m}, {@code n}, a number, or a text in quotes
     */
    public record Row(String name, String value) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var config = options.file.map(Kconfig::ofFile).orElseGet(() -> Kconfig.of(program, Path.of("/")));
        config.file()
                .filter(file -> options.file.isEmpty())
                .ifPresent(file -> context.warn(
                        "%s is of this kernel by its name only: the kernel has no configuration in it (CONFIG_IKCONFIG)"
                                .formatted(file)));
        var wanted = options.patterns.stream()
                .map(ConfigCommand::pattern)
                .reduce(Predicate::or)
                .orElse(_ -> true);
        return config.values().entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .map(entry -> new Row(entry.getKey(), entry.getValue()));
    }

    private static Predicate<String> pattern(String glob) {
        var name = glob.toUpperCase(Locale.ROOT);
        var full = name.startsWith(PREFIX) || name.startsWith("*") ? name : PREFIX + name;
        return Pattern.compile(
                        Arrays.stream(full.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .asMatchPredicate();
    }
}
