package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.SourcePlace;

/** Shows the parameters and variables that the source has at an address, and where each is. */
@ProvidesCommand(
        name = "scope",
        summary = "show the parameters and variables at an address of code, and where each is",
        row = ScopeCommand.Row.class,
        target = Program.class)
public final class ScopeCommand implements Command<ScopeCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "NAME|NAME+OFFSET|ADDRESS", help = "places in code, such as schedule+0x10")
            List<String> places) {}

    /**
     * A parameter or a variable.
     *
     * @param scope what it is of: a function, a call inlined into the next one, or a block of it
     * @param function that the scope is, or is in
     * @param location where it is, as operations of DWARF; or its value, where it has no place; or why it is nowhere
     */
    public record Row(
            String name,
            boolean parameter,
            String type,
            String location,
            String scope,
            Optional<String> function,
            Optional<String> place) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.places.isEmpty()) {
            throw new UsageException("scope: NAME or ADDRESS is missing");
        }
        var program = context.target(Program.class);
        return options.places.stream().flatMap(place -> rows(program, place).stream());
    }

    private static List<Row> rows(Program program, String text) {
        var address = SymCommand.place(program, text);
        var scopes = program.scopesAt(address);
        if (scopes.isEmpty()) {
            throw new LookupFailedException("scope", text, LineCommand.unknown(program, address, "function"));
        }
        var rows = new ArrayList<Row>();
        for (var index = 0; index < scopes.size(); index++) {
            var function = scopes.subList(index, scopes.size()).stream()
                    .filter(scope -> scope.kind() != Scope.Kind.BLOCK)
                    .findFirst()
                    .flatMap(Scope::function);
            for (var local : scopes.get(index).locals()) {
                rows.add(row(local, scopes.get(index), function));
            }
        }
        return rows;
    }

    private static Row row(Local local, Scope scope, Optional<String> function) {
        return new Row(
                local.name(),
                local.isParameter(),
                CFormat.name(local.type().resolve()),
                text(local.location()),
                scope.kind().name().toLowerCase(Locale.ROOT),
                function,
                local.place().map(SourcePlace::toString));
    }

    private static String text(LocalLocation location) {
        return switch (location) {
            case LocalLocation.Computed computed -> computed.expression().text();
            case LocalLocation.Constant constant -> "value " + constant.value();
            case LocalLocation.Bytes bytes -> "value of " + bytes.content().byteSize() + " bytes";
            case LocalLocation.Absent absent -> absent.reason();
        };
    }
}
