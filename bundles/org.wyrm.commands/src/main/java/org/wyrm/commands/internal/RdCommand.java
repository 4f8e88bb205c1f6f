package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.MemoryDump;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Shows memory. */
@ProvidesCommand(
        name = "rd",
        summary = "show memory as numbers and text",
        row = RdCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class RdCommand implements Command<RdCommand.Options> {
    private static final int BYTES_PER_ROW = 16;
    private static final int ASCII_PER_ROW = 60;

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
                    help = "numbers of 64 bits; so it is if nothing is said")
            boolean bits64,

            @Flag(
                    names = {"-a", "--ascii"},
                    help = "text only; COUNT is of bytes")
            boolean ascii,

            @Flag(
                    names = {"-d", "--decimal"},
                    help = "signed numbers in base 10, no text beside them")
            boolean decimal,

            @Flag(
                    names = {"-D", "--unsigned"},
                    help = "unsigned numbers in base 10, no text beside them")
            boolean unsigned,

            @Flag(
                    names = {"-s", "--symbols"},
                    help = "the symbol instead of a number that is an address in one")
            boolean symbols,

            @Flag(
                    names = {"-S"},
                    help = "as crash has it, also the slab cache of an address: not done yet, an error")
            boolean slabs,

            @Flag(
                    names = {"-x", "--no-ascii"},
                    help = "no text beside the numbers")
            boolean noAscii,

            @Flag(
                    names = {"-p", "--physical"},
                    help = "ADDRESS and END are physical addresses")
            boolean physical,

            @Flag(
                    names = {"-o", "--offset"},
                    argument = "BYTES",
                    help = "begin so many bytes after ADDRESS")
            Optional<String> offset,

            @Flag(
                    names = {"-e", "--end"},
                    argument = "END",
                    help = "up to this address, instead of COUNT")
            Optional<String> end,

            @Argument(
                    name = "ADDRESS",
                    help = "an address such as 0xffffffff81000000, or a symbol such as jiffies or init_task+0x10")
            String address,

            @Argument(name = "COUNT", help = "how many numbers; 1 if nothing is said")
            Optional<String> count) {}

    /**
     * Memory of 16 bytes, or less in the last row.
     *
     * @param address of the first byte, if it is virtual
     * @param physicalAddress of the first byte, if it is physical
     * @param numbers each with {@code 0x} and all its digits, or in base 10; none where only text was asked for
     * @param width how many characters each has at least where rows are text
     * @param symbols for each number the symbol that it is an address in; none at all if they were not asked for
     * @param ascii the bytes as text, with a dot for what cannot be printed
     */
    public record Row(
            Optional<VirtualAddress> address,
            Optional<PhysicalAddress> physicalAddress,
            List<String> numbers,
            int width,
            List<Optional<String>> symbols,
            Optional<String> ascii)
            implements TextRow {
        /** {@return the row as crash shows it} */
        @Override
        public String toText() {
            var at = address.map(VirtualAddress::value)
                    .or(() -> physicalAddress.map(PhysicalAddress::value))
                    .orElseThrow();
            var text = new StringBuilder("%16x:  ".formatted(at));
            for (var i = 0; i < numbers.size(); i++) {
                var symbol = symbols.isEmpty() ? Optional.<String>empty() : symbols.get(i);
                var shown = symbol.orElse(NumberSize.digits(numbers.get(i)));
                var padding = " ".repeat(Math.max(0, width - shown.length()));
                text.append(" ".repeat(i == 0 ? 0 : 1)).append(symbol.isPresent() ? shown + padding : padding + shown);
            }
            if (!numbers.isEmpty() && ascii.isPresent()) {
                var missing = BYTES_PER_ROW * 2 / width - numbers.size();
                text.append(" ".repeat(missing * (width + 1))).append("   ");
            }
            return text.append(ascii.orElse("")).toString().stripTrailing();
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.slabs) {
            throw new UsageException("rd -S: slab caches are not known yet; -s shows symbols");
        }
        if (options.decimal && options.unsigned) {
            throw new UsageException("rd: -d and -D exclude each other");
        }
        var program = context.target(Program.class);
        var range = MemoryRange.of(program, options.physical);
        var address = range.address(options.address)
                + options.offset.map(text -> MemoryRange.number("offset", text)).orElse(0L);
        var said = NumberSize.of(options.bits8, options.bits16, options.bits32, options.bits64);
        var size = options.ascii ? 1 : said == 0 ? Long.BYTES : said;
        var count = count(range, options, address, size);
        var perRow = options.ascii ? ASCII_PER_ROW : BYTES_PER_ROW / size;
        return MemoryDump.rows(range.memory(), address, size, perRow, count).map(row -> {
            context.cancellation().check();
            return row(range, row, options, size);
        });
    }

    private static long count(MemoryRange range, Options options, long address, int size) {
        if (options.end.isPresent()) {
            if (options.count.isPresent()) {
                throw new UsageException("rd: COUNT and --end exclude each other");
            }
            var end = range.address(options.end.get());
            if (Long.compareUnsigned(end, address) <= 0) {
                throw new UsageException("rd: the end 0x%x is not after the start 0x%x".formatted(end, address));
            }
            return Long.divideUnsigned(end - address - 1, size) + 1;
        }
        var count = options.count.map(text -> MemoryRange.number("COUNT", text)).orElse(1L);
        if (count < 0 || Long.compareUnsigned(count, MemoryDump.numbersToEnd(address, size)) > 0) {
            throw new UsageException("rd: %s numbers of %d bits from 0x%x on pass the end of the address space"
                    .formatted(Long.toUnsignedString(count), size * Byte.SIZE, address));
        }
        return count;
    }

    private static Row row(MemoryRange range, MemoryDump.Row row, Options options, int size) {
        var isDecimal = options.decimal || options.unsigned;
        var numbers = new ArrayList<String>();
        var symbols = new ArrayList<Optional<String>>();
        if (!options.ascii) {
            for (var number : row.numbers(range.memory(), size)) {
                numbers.add(
                        isDecimal ? NumberSize.decimal(number, size, options.decimal) : NumberSize.text(number, size));
                if (options.symbols) {
                    symbols.add(symbol(range.program(), number));
                }
            }
        }
        var isBare = options.noAscii || (options.symbols || isDecimal) && !options.ascii;
        return new Row(
                range.virtual(row.address()),
                range.physical(row.address()),
                numbers,
                isDecimal ? NumberSize.decimalWidth(size, options.decimal) : size * 2,
                symbols,
                isBare ? Optional.empty() : Optional.of(row.ascii()));
    }

    /** Numbers that are no address are in symbols too: those of per-CPU variables begin at 0. */
    private static Optional<String> symbol(Program program, long address) {
        var present = program.memory().nextPresent(address, program.cancellation());
        if (present.isEmpty() || present.getAsLong() != address) {
            return Optional.empty();
        }
        return program.symbolsAt(address).stream().findFirst().map(symbol -> {
            var offset = address - symbol.address();
            return offset == 0 ? symbol.name() : symbol.name() + "+" + offset;
        });
    }
}
