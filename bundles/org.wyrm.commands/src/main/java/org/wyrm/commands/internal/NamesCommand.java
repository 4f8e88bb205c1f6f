package org.wyrm.commands.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.FoundName;
import org.wyrm.program.NameKind;
import org.wyrm.program.Program;
import org.wyrm.symbols.SourcePlace;

/** Lists the names that the target has. */
@ProvidesCommand(
        name = "names",
        summary = "list the types, functions, variables, constants and symbols with names like a pattern",
        row = NamesCommand.Row.class,
        target = Program.class)
public final class NamesCommand implements Command<NamesCommand.Options> {
    /** C++'s word for a structure. */
    private static final Map<String, NameKind> OTHER_WORDS = Map.of("class", NameKind.STRUCT);

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--kind"},
                    help = "only these, with commas between: struct, union, enum, typedef, class, base, function,"
                            + " variable, constant, symbol")
            List<String> kinds,

            @Flag(
                    names = {"--regex"},
                    help = "patterns are regular expressions, found anywhere in a name")
            boolean regex,

            @Flag(
                    names = {"-i", "--ignore-case"},
                    help = "small and capital letters are the same")
            boolean ignoreCase,

            @Flag(
                    names = {"-l", "--places"},
                    help = "tell where each is defined, not only those defined several times")
            boolean places,

            @Argument(name = "PATTERN", help = "names as a shell matches them: 'task_*', '*_ops', 'cpu?', '[a-c]*'")
            List<String> patterns) {}

    /**
     * A name.
     *
     * @param source what knows it: {@code dwarf}, {@code btf}, {@code kallsyms}
     * @param definitions how many it has, where that is more than one
     * @param places files and lines of its definitions, where they are known and asked for
     */
    public record Row(String name, String kind, String source, OptionalInt definitions, List<String> places) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.patterns.isEmpty()) {
            throw new UsageException("names: PATTERN is missing");
        }
        var kinds = kinds(options.kinds);
        var pattern = options.regex
                ? NamePattern.regexes(options.patterns, options.ignoreCase)
                : NamePattern.globs(options.patterns, options.ignoreCase);
        var program = context.target(Program.class);
        var found = program.names(kinds, pattern.prefix(), pattern.test()).toList();
        if (found.isEmpty()) {
            throw new LookupFailedException("name", String.join(" ", options.patterns));
        }
        return found.stream().map(name -> row(program, name, options.places));
    }

    private static Row row(Program program, FoundName name, boolean withPlace) {
        program.cancellation().check();
        var isAmbiguous = name.definitions() > 1;
        return new Row(
                name.name(),
                word(name.kind()),
                name.source(),
                isAmbiguous ? OptionalInt.of(name.definitions()) : OptionalInt.empty(),
                isAmbiguous || withPlace ? places(program, name) : List.of());
    }

    private static List<String> places(Program program, FoundName name) {
        return program.definitions(name).stream()
                .flatMap(Optional::stream)
                .map(SourcePlace::toString)
                .distinct()
                .toList();
    }

    private static String word(NameKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Set<NameKind> kinds(List<String> texts) {
        if (texts.isEmpty()) {
            return EnumSet.allOf(NameKind.class);
        }
        var kinds = EnumSet.noneOf(NameKind.class);
        for (var text : texts) {
            for (var word : text.split(",", -1)) {
                kinds.add(kind(word));
            }
        }
        return kinds;
    }

    private static NameKind kind(String word) {
        for (var kind : NameKind.values()) {
            if (word(kind).equals(word)) {
                return kind;
            }
        }
        return Optional.ofNullable(OTHER_WORDS.get(word))
                .orElseThrow(() -> new UsageException("names: kind '" + word + "' is none of class, "
                        + Stream.of(NameKind.values()).map(NamesCommand::word).collect(Collectors.joining(", "))));
    }
}
