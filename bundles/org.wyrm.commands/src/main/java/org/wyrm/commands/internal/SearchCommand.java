package org.wyrm.commands.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.MemoryDump;
import org.wyrm.memory.search.Match;
import org.wyrm.memory.search.MemorySearch;
import org.wyrm.memory.search.SearchPattern;
import org.wyrm.memory.search.ValueRange;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Finds something in memory. */
@ProvidesCommand(
        name = "search",
        summary = "find numbers, texts, bytes or a regular expression in memory",
        row = SearchCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT,
        longRunning = true)
public final class SearchCommand implements Command<SearchCommand.Options> {
    private static final int MAX_SHOWN_BYTES = 64;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-8"},
                    help = "numbers of 8 bits")
            boolean bits8,

            @Flag(
                    names = {"-16"},
                    help = "numbers of 16 bits")
            boolean bits16,

            @Flag(
                    names = {"-32"},
                    help = "numbers of 32 bits")
            boolean bits32,

            @Flag(
                    names = {"-64"},
                    help = "numbers of 64 bits; those of a pointer if nothing is said")
            boolean bits64,

            @Flag(
                    names = {"-m", "--mask"},
                    argument = "BITS",
                    help = "bits of the numbers that do not count")
            Optional<String> mask,

            @Flag(
                    names = {"-c", "--string"},
                    help = "VALUE is a text")
            boolean string,

            @Flag(
                    names = {"-b", "--bytes"},
                    help = "VALUE is bytes in hexadecimal, as they lie in memory: deadbeef or 'de ad be ef'")
            boolean bytes,

            @Flag(
                    names = {"-r", "--regex"},
                    help = "VALUE is a regular expression over bytes: '\\xde\\xad|linux-[0-9.]+'")
            boolean regex,

            @Flag(
                    names = {"-s", "--start"},
                    argument = "START",
                    help = "from this address on")
            Optional<String> start,

            @Flag(
                    names = {"-e", "--end"},
                    argument = "END",
                    help = "up to this address")
            Optional<String> end,

            @Flag(
                    names = {"-l", "--length"},
                    argument = "BYTES",
                    help = "so many bytes, instead of up to an address")
            Optional<String> length,

            @Flag(
                    names = {"-p", "--physical"},
                    help = "search physical memory")
            boolean physical,

            @Flag(
                    names = {"-a", "--alignment"},
                    argument = "BYTES",
                    help = "only at multiples of this power of two; if nothing is said, of a number's size, or of 1")
            Optional<String> alignment,

            @Argument(
                    name = "VALUE",
                    help = "a number such as 0x1f, ranges such as 0x10..0x1f, an address or a symbol; several"
                            + " are searched for at once")
            List<String> values) {}

    /**
     * A place where it was found.
     *
     * @param address of the first byte, if it is virtual
     * @param physicalAddress of the first byte, if it is physical
     * @param found the number with {@code 0x}, or the bytes as text with escapes; of long ones the beginning
     * @param bytes how many were found
     */
    public record Row(
            Optional<VirtualAddress> address, Optional<PhysicalAddress> physicalAddress, String found, int bytes)
            implements TextRow {
        /** {@return the row as crash shows it} */
        @Override
        public String toText() {
            var at = address.map(VirtualAddress::value)
                    .or(() -> physicalAddress.map(PhysicalAddress::value))
                    .orElseThrow();
            return Long.toHexString(at) + ": " + found;
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.values.isEmpty()) {
            throw new UsageException("search: VALUE is missing");
        }
        try {
            return search(context, options);
        } catch (PatternSyntaxException wrong) {
            throw new UsageException("search: the regular expression is wrong at character %d: %s"
                    .formatted(wrong.getIndex() + 1, wrong.getDescription()));
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("search: " + wrong.getMessage());
        }
    }

    private static Stream<Row> search(CommandContext context, Options options) {
        var range = MemoryRange.of(context.target(Program.class), options.physical);
        var patterns = patterns(range, options);
        var search = MemorySearch.of(range.memory())
                .with(context.cancellation())
                .range(range.range(options.start, options.end, options.length));
        if (options.alignment.isPresent()) {
            search = search.alignment(MemoryRange.number("alignment", options.alignment.get()));
        }
        var isNumber = !options.string && !options.bytes && !options.regex;
        return search.findAll(patterns).map(match -> row(range, match, isNumber));
    }

    private static List<SearchPattern> patterns(MemoryRange range, Options options) {
        var kinds = Stream.of(options.string, options.bytes, options.regex)
                .filter(isSaid -> isSaid)
                .count();
        if (kinds > 1) {
            throw new UsageException("search: --string, --bytes and --regex exclude each other");
        }
        if (kinds == 0) {
            return List.of(numbers(range, options));
        }
        if (options.mask.isPresent()
                || NumberSize.of(options.bits8, options.bits16, options.bits32, options.bits64) != 0) {
            throw new UsageException("search: -8, -16, -32, -64 and --mask are for numbers");
        }
        return options.values.stream().map(text -> text(options, text)).toList();
    }

    private static SearchPattern text(Options options, String text) {
        if (options.regex) {
            return SearchPattern.regex(text);
        }
        return SearchPattern.bytes(
                options.string ? text.getBytes(UTF_8) : HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private static SearchPattern numbers(MemoryRange range, Options options) {
        var said = NumberSize.of(options.bits8, options.bits16, options.bits32, options.bits64);
        var size = said == 0 ? range.program().architecture().pointerByteSize() : said;
        var ranges = new ArrayList<ValueRange>();
        for (var text : options.values) {
            var dots = text.indexOf("..");
            ranges.add(
                    dots < 0
                            ? ValueRange.of(value(range.program(), text))
                            : new ValueRange(
                                    value(range.program(), text.substring(0, dots)),
                                    value(range.program(), text.substring(dots + 2))));
        }
        var mask = options.mask.map(text -> MemoryRange.number("mask", text)).orElse(0L);
        return SearchPattern.integers(size, range.memory().order(), ranges, mask);
    }

    private static long value(Program program, String text) {
        return text.matches("0x\\p{XDigit}+|[0-9]{1,7}")
                ? MemoryRange.number("VALUE", text)
                : SymCommand.place(program, text);
    }

    private static Row row(MemoryRange range, Match match, boolean isNumber) {
        var memory = range.memory();
        var bytes = new MemoryDump.Row(
                match.address(), memory.bytes(match.address(), Math.min(match.byteSize(), MAX_SHOWN_BYTES)));
        return new Row(
                range.virtual(match.address()),
                range.physical(match.address()),
                isNumber
                        ? NumberSize.text(
                                bytes.numbers(memory, match.byteSize()).getFirst(), match.byteSize())
                        : shown(bytes.bytes()),
                match.byteSize());
    }

    /** {@return bytes as a text in which what cannot be printed is escaped as in a regular expression} */
    private static String shown(byte[] bytes) {
        var text = new StringBuilder();
        for (var each : bytes) {
            if (each >= ' ' && each <= '~' && each != '\\') {
                text.append((char) each);
            } else {
                text.append(each == '\\' ? "\\\\" : "\\x%02x".formatted(each));
            }
        }
        return text.toString();
    }
}
