package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.SourcePlace;

/** Leads from addresses to source lines and back. */
@ProvidesCommand(
        name = "line",
        summary = "find the source line of an address, or the addresses of a source line",
        row = LineCommand.Row.class,
        target = Program.class)
public final class LineCommand implements Command<LineCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(
                    name = "ADDRESS|NAME|NAME+OFFSET|FILE:LINE",
                    help = "an address, a symbol, also fork.c::name, a place such as schedule+0x10, or a line such as"
                            + " kernel/fork.c:2590")
            List<String> places) {}

    /**
     * Code of a line.
     *
     * @param function the function that it is in, where that is known
     * @param inlined whether that is inlined into the function of the next row
     */
    public record Row(
            VirtualAddress address,
            Optional<String> function,
            boolean inlined,
            Optional<String> file,
            OptionalInt line,
            OptionalInt column) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.places.isEmpty()) {
            throw new UsageException("line: ADDRESS, NAME or FILE:LINE is missing");
        }
        var program = context.target(Program.class);
        return options.places.stream().flatMap(place -> find(program, place).stream());
    }

    private static List<Row> find(Program program, String text) {
        var colon = text.lastIndexOf(':');
        if (colon > 0 && QualifiedName.parse(text).isEmpty() && text.charAt(colon - 1) != ':') {
            return ofLine(program, text.substring(0, colon), text.substring(colon + 1), text);
        }
        return framesAt(program, SymCommand.place(program, text), text);
    }

    private static List<Row> framesAt(Program program, long address, String text) {
        var frames = program.framesAt(address);
        if (frames.isEmpty()) {
            throw new LookupFailedException("source line", text, unknown(program, address, "line"));
        }
        var rows = new ArrayList<Row>();
        for (var frame : frames) {
            rows.add(row(address, frame));
        }
        return rows;
    }

    /** {@return why nothing is known of the source at an address, as a clause} */
    static String unknown(Program program, long address, String what) {
        if (program.sources().stream().noneMatch(source -> source.lines().isPresent())) {
            return "there is no debugging information: give a file with --symbols";
        }
        var symbols = program.symbolsAt(address);
        if (symbols.isEmpty()) {
            return "the address is in no symbol";
        }
        var module = symbols.getFirst().module();
        var part = program.findExtension(DebugInfoState.class).flatMap(state -> state.part(module));
        if (part.isEmpty() && module.isPresent()) {
            return "no debugging information of module " + module.get() + " was looked for";
        }
        return part.filter(known -> known.file().isEmpty())
                .map(missing ->
                        "no debugging information of " + missing.label() + " was found: `debuginfo` tells what to do")
                .orElse("the debugging information knows no " + what + " of it");
    }

    private static Row row(long address, SourceFrame frame) {
        return new Row(
                new VirtualAddress(address),
                frame.function(),
                frame.isInlined(),
                frame.place().map(SourcePlace::file),
                frame.place().map(place -> number(place.line())).orElse(OptionalInt.empty()),
                frame.place().map(place -> number(place.column())).orElse(OptionalInt.empty()));
    }

    private static OptionalInt number(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static List<Row> ofLine(Program program, String file, String lineText, String text) {
        if (!lineText.matches("[0-9]{1,9}")) {
            throw new UsageException("line: '" + lineText + "' of '" + text + "' is not the number of a line");
        }
        var found = program.findLine(file, Integer.parseInt(lineText));
        if (found.isEmpty()) {
            throw new LookupFailedException("source line", text);
        }
        return found.stream().map(line -> row(program, line)).toList();
    }

    private static Row row(Program program, SourceLine line) {
        var innermost = program.framesAt(line.virtualAddress()).stream().findFirst();
        return new Row(
                new VirtualAddress(line.virtualAddress()),
                innermost.flatMap(SourceFrame::function),
                innermost.map(SourceFrame::isInlined).orElse(false),
                Optional.of(line.place().file()),
                number(line.place().line()),
                number(line.place().column()));
    }
}
