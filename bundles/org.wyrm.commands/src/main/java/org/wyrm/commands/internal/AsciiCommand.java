package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;

/** Shows numbers as the text that they are in memory, or the table of ASCII. */
@ProvidesCommand(
        name = "ascii",
        summary = "show numbers as the text that they are in memory, or the table of ASCII",
        row = AsciiCommand.Row.class,
        layout = Layout.TEXT)
public final class AsciiCommand implements Command<AsciiCommand.Options> {
    private static final int ASCII_END = 0x80;
    private static final int TABLE_ROWS = 16;

    private static final List<String> CONTROLS = List.of(
            "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
            "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
            "SP");

    /** What the user may say. */
    public record Options(
            @Argument(name = "[HEX]", help = "numbers of up to 64 bits, with or without 0x; none for the table")
            List<String> numbers) {}

    /**
     * A number and its text, or a row of the table.
     *
     * @param number as 16 digits; of the table, the last digit of what is in the row
     * @param text the bytes from the lowest on, with names for what cannot be printed
     * @param characters of the table: one for each first digit, 0 to 7
     */
    public record Row(String number, Optional<String> text, List<String> characters) implements TextRow {
        @Override
        public String toText() {
            if (text.isPresent()) {
                return number + ": " + text.get();
            }
            var line = new StringBuilder(number + " |");
            characters.forEach(character -> line.append("%4s".formatted(character)));
            return line.toString();
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.numbers.isEmpty()) {
            return Stream.iterate(0, low -> low < TABLE_ROWS, low -> low + 1).map(AsciiCommand::tableRow);
        }
        return options.numbers.stream().map(AsciiCommand::row);
    }

    private static Row tableRow(int low) {
        var characters = new ArrayList<String>();
        for (var code = low; code < ASCII_END; code += TABLE_ROWS) {
            characters.add(name(code));
        }
        return new Row(Integer.toHexString(low), Optional.empty(), characters);
    }

    private static Row row(String digits) {
        var hex = digits.startsWith("0x") ? digits.substring(2) : digits;
        if (!hex.matches("\\p{XDigit}{1,16}")) {
            throw new UsageException("ascii: '" + digits + "' is no hexadecimal number of 64 bits");
        }
        var number = Long.parseUnsignedLong(hex, 16);
        var text = new StringBuilder();
        for (var shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            var code = (int) (number >>> shift) & 0xff;
            text.append(code >= ' ' && code < ASCII_END - 1 ? Character.toString(code) : "<" + name(code) + ">");
        }
        return new Row(NumberSize.text(number, Long.BYTES).substring(2), Optional.of(text.toString()), List.of());
    }

    private static String name(int code) {
        if (code < CONTROLS.size()) {
            return CONTROLS.get(code);
        }
        if (code == ASCII_END - 1) {
            return "DEL";
        }
        return code < ASCII_END ? Character.toString(code) : Integer.toHexString(code);
    }
}
