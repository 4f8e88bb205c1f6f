package org.wyrm.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;

/** Finds symbols by name and by address. */
@ProvidesCommand(
        name = "sym",
        summary = "find a symbol by its name or by an address in it",
        row = SymCommand.Row.class,
        target = Program.class)
public final class SymCommand implements Command<SymCommand.Options> {
    /** As in the kernel's own traces, where the size of the function comes last. */
    private static final Pattern OFFSET =
            Pattern.compile("(.+)\\+(0x\\p{XDigit}{1,15}|[0-9]{1,18})(?:/0x\\p{XDigit}+)?");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-l", "--list"},
                    help = "all symbols, in the order of their addresses")
            boolean list,

            @Argument(
                    name = "NAME|NAME+OFFSET|ADDRESS",
                    help = "names, also fork.c::name, or addresses such as schedule+0x10 or 0xffffffff81000000")
            List<String> names) {}

    /**
     * A symbol.
     *
     * @param offsetBytes of the address that was asked for, from the symbol's
     * @param sizeBytes how many bytes it covers, where that is known
     * @param type the letter that {@code nm} prints
     * @param module the module it is of; empty for the kernel's own image
     * @param place the source line of the address, or of the definition of the variable, where debugging
     *     information tells it
     */
    public record Row(
            VirtualAddress address,
            char type,
            String name,
            long offsetBytes,
            OptionalLong sizeBytes,
            Optional<String> module,
            Optional<String> place) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (!options.list && options.names.isEmpty()) {
            throw new UsageException("sym: NAME or ADDRESS is missing");
        }
        var program = context.target(Program.class);
        if (options.list) {
            return program.sources().stream()
                    .flatMap(source -> source.symbols().stream())
                    .flatMap(SymbolFinder::allSymbols)
                    .peek(symbol -> context.cancellation().check())
                    .map(symbol -> row(symbol, 0, Optional.empty()));
        }
        return options.names.stream().flatMap(name -> find(program, name).stream());
    }

    private static List<Row> find(Program program, String text) {
        var symbols = program.symbols(text);
        if (!symbols.isEmpty()) {
            return symbols.stream()
                    .map(symbol -> row(symbol, 0, program.place(symbol).map(SourcePlace::toString)))
                    .toList();
        }
        var address = place(program, text);
        var at = program.symbolsAt(address);
        if (at.isEmpty()) {
            throw new LookupFailedException("symbol", text, "the address is in none");
        }
        return at.stream()
                .map(symbol -> row(symbol, address - symbol.address(), place(program, address)))
                .toList();
    }

    /**
     * {@return the address that a text tells: a number, a symbol, or a symbol and an offset as in {@code schedule+0x10/0xd0}}
     *
     * @throws LookupFailedException if it is no number, and there is no such symbol or several
     */
    static long place(Program program, String text) {
        var address = address(text);
        if (address.isPresent()) {
            return address.getAsLong();
        }
        var offset = OFFSET.matcher(text);
        return offset.matches()
                ? program.symbol(offset.group(1)).address() + Long.decode(offset.group(2))
                : program.symbol(text).address();
    }

    /** With or without {@code 0x}, as addresses stand in logs; without, it must have the length of one. */
    static OptionalLong address(String text) {
        var digits = text.startsWith("0x") ? text.substring(2) : text;
        if (!digits.matches("\\p{XDigit}{1,16}") || digits.length() == text.length() && digits.length() < 8) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    }

    private static Optional<String> place(Program program, long address) {
        return program.framesAt(address).stream()
                .findFirst()
                .flatMap(SourceFrame::place)
                .map(SourcePlace::toString);
    }

    private static Row row(Symbol symbol, long offset, Optional<String> place) {
        return new Row(
                new VirtualAddress(symbol.address()),
                symbol.type(),
                symbol.name(),
                offset,
                symbol.byteSize(),
                symbol.module(),
                place);
    }
}
