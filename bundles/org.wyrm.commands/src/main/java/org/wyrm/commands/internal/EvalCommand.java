package org.wyrm.commands.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.Scalar;

/** Shows the number that an expression is worth, in the bases that people read. */
@ProvidesCommand(
        name = "eval",
        summary = "show the number that a C expression is worth in hexadecimal, decimal, octal and binary",
        row = EvalCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class EvalCommand implements Command<EvalCommand.Options> {
    /** A number of so many KiB, MiB or GiB. */
    private static final Pattern SIZE = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+)([kKmMgG])");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-b", "--bits"},
                    help = "tell which bits are set")
            boolean bits,

            @Argument(name = "EXPRESSION", help = "of C, worth a number or a pointer; or a size, such as 128m")
            List<String> expression) {}

    /**
     * A number.
     *
     * @param hexadecimal its bits, as unsigned
     * @param decimal as its type has it
     * @param unsigned the same bits as unsigned, of a negative number; of one that is unsigned and has its highest bit
     *     set, {@code signed}
     * @param octal its bits, as unsigned
     * @param binary its bits, of the type's width
     * @param bits the numbers of the bits that are set, highest first
     */
    public record Row(
            String expression,
            String type,
            String hexadecimal,
            BigInteger decimal,
            Optional<BigInteger> unsigned,
            Optional<BigInteger> signed,
            String octal,
            String binary,
            Optional<List<Integer>> bits)
            implements TextRow {
        @Override
        public String toText() {
            var other = unsigned.or(() -> signed).map(number -> " (" + number + ")");
            var text = "hexadecimal: " + hexadecimal
                    + "\n    decimal: " + decimal + other.orElse("")
                    + "\n      octal: " + octal
                    + "\n     binary: " + binary;
            if (bits.isEmpty()) {
                return text;
            }
            var numbers = bits.get().stream().map(String::valueOf).toList();
            return text + "\n   bits set: " + String.join(" ", numbers);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.expression.isEmpty()) {
            throw new UsageException("eval: EXPRESSION is missing");
        }
        var text = String.join(" ", options.expression);
        var program = context.target(Program.class);
        return Stream.of(row(text, number(program.evaluate(asExpression(text))), options.bits));
    }

    /** {@return a size as C writes it; any other text unchanged} */
    private static String asExpression(String text) {
        var size = SIZE.matcher(text);
        if (!size.matches()) {
            return text;
        }
        var shift = 10 * (1 + "kmg".indexOf(Character.toLowerCase(size.group(2).charAt(0))));
        return "(unsigned long) " + size.group(1) + " << " + shift;
    }

    private static Value number(Value value) {
        var type = value.type().unaliased();
        if (type instanceof ArrayType || type instanceof FunctionType) {
            return value.addressOf();
        }
        if (!(type instanceof Scalar) || type instanceof FloatType) {
            throw new UsageException(
                    "it is of type '" + CFormat.name(value.type()) + "', which is no integer and no pointer");
        }
        return value;
    }

    private static Row row(String text, Value value, boolean withBits) {
        var number = value.integerValue();
        var type = value.type();
        var width = value.bitFieldBits().orElse(((Scalar) type.unaliased()).byteSize() * Byte.SIZE);
        var modulus = BigInteger.ONE.shiftLeft(width);
        var bits = number.mod(modulus);
        var isSigned = type.unaliased() instanceof TargetType.IntType integer && integer.signed();
        var binary = bits.toString(2);
        return new Row(
                text,
                CFormat.name(type),
                "0x" + bits.toString(16),
                number,
                number.signum() < 0 ? Optional.of(bits) : Optional.empty(),
                !isSigned && bits.testBit(width - 1) ? Optional.of(bits.subtract(modulus)) : Optional.empty(),
                "0" + bits.toString(8),
                "0".repeat(width - binary.length()) + binary,
                withBits
                        ? Optional.of(IntStream.iterate(width - 1, bit -> bit >= 0, bit -> bit - 1)
                                .filter(bits::testBit)
                                .boxed()
                                .toList())
                        : Optional.empty());
    }
}
