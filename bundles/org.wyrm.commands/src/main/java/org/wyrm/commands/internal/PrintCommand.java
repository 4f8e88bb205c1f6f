package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.NameScope;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/** Shows the value of an expression. */
@ProvidesCommand(
        name = "print",
        aliases = "p",
        summary = "show the value of a C expression",
        row = PrintCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class PrintCommand implements Command<PrintCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-x", "--hex"},
                    help = "write integers in base 16")
            boolean hex,

            @Flag(
                    names = {"-d", "--decimal"},
                    help = "write integers in base 10, as without any of the three")
            boolean decimal,

            @Flag(
                    names = {"-o", "--octal"},
                    help = "write integers in base 8")
            boolean octal,

            @Flag(
                    names = {"-c", "--cpu"},
                    argument = "CPU",
                    help = "the per-CPU variable EXPRESSION of a CPU, of several (0,2-3), or of all: a row each")
            Optional<String> cpu,

            @Flag(
                    names = {"-t", "--task"},
                    argument = "PID|TASK|COMM",
                    help = "with --frame: whose stack; without it, that of the task in which the target crashed")
            Optional<String> task,

            @Flag(
                    names = {"-f", "--frame"},
                    argument = "NUMBER",
                    help = "read names as in a frame of a stack, as bt numbers them: parameters, variables, $rip")
            Optional<String> frame,

            @Flag(names = "--depth", argument = "LEVELS", help = "write out structures in structures so deep only")
            OptionalInt depth,

            @Flag(
                    names = "--columns",
                    argument = "COUNT",
                    help = "break lines that are longer (default: than the terminal is wide)")
            OptionalInt columns,

            @Flag(names = "--no-dereference", help = "do not write what a pointer points to")
            boolean noDereference,

            @Flag(names = "--no-symbolize", help = "do not write the symbols that pointers point to")
            boolean noSymbolize,

            @Flag(names = "--no-string", help = "write arrays of characters as arrays, and no strings behind pointers")
            boolean noString,

            @Flag(names = "--char", help = "write characters as characters, not as numbers")
            boolean character,

            @Flag(names = "--no-type-name", help = "do not write the type")
            boolean noTypeName,

            @Flag(names = "--no-member-type-names", help = "do not write the types of members")
            boolean noMemberTypeNames,

            @Flag(names = "--element-type-names", help = "write the types of elements")
            boolean elementTypeNames,

            @Flag(names = "--members-same-line", help = "write members on one line, as far as they fit in --columns")
            boolean membersSameLine,

            @Flag(names = "--no-elements-same-line", help = "write each element on a line of its own")
            boolean noElementsSameLine,

            @Flag(names = "--no-member-names", help = "do not write the names of members")
            boolean noMemberNames,

            @Flag(names = "--element-indices", help = "write the indices of elements")
            boolean elementIndices,

            @Flag(names = "--no-implicit-members", help = "leave out members that are zero")
            boolean noImplicitMembers,

            @Flag(names = "--implicit-elements", help = "write elements that are zero also at the end of an array")
            boolean implicitElements,

            @Argument(name = "EXPRESSION", help = "of C: init_task.comm, *find_task(1)->mm, sizeof(struct page) * 4")
            List<String> expression) {}

    /**
     * A value.
     *
     * @param cpu whose it is, where that was asked for
     * @param address of the object, if it is one in memory; of a bit field, of its first byte
     * @param bitOffset of a bit field's first bit in that byte
     * @param bits of a bit field
     * @param value what it is; text is made when it is written
     * @param target what a pointer points to
     */
    public record Row(
            String expression,
            OptionalInt cpu,
            String type,
            Optional<VirtualAddress> address,
            OptionalInt bitOffset,
            OptionalInt bits,
            Supplier<Object> value,
            Supplier<Object> target)
            implements TextRow {
        @Override
        public String toText() {
            return (cpu.isPresent() ? "CPU " + cpu.getAsInt() + ": " : "") + value;
        }

        @Override
        public void forEachSpan(String text, Consumer<Span> spans) {
            CSpans.ofValue(text, spans);
        }
    }

    /** A value that is written as C, or given as a tree to those who write it otherwise. */
    private record Written(Value value, ValueFormat format, int depth) implements Supplier<Object> {
        @Override
        public Object get() {
            return new ValueTree(depth).of(value);
        }

        @Override
        public String toString() {
            return format.format(value);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.expression.isEmpty()) {
            throw new UsageException("print: EXPRESSION is missing");
        }
        var format = format(options, context);
        var program = context.target(Program.class);
        var text = String.join(" ", options.expression);
        if (options.cpu.isEmpty()) {
            return program.evaluate(text, scope(context, options))
                    .flatMap(value -> rows(text, OptionalInt.empty(), readable(value), format, options));
        }
        var isStructure = program.evaluate(text).type().unaliased() instanceof CompoundType;
        return CpuList.of(options.cpu.get(), program).boxed().flatMap(cpu -> {
            var value = program.evaluate("per_cpu(" + text + ", " + cpu + ")");
            // A helper gives a pointer to a structure.
            return rows(text, OptionalInt.of(cpu), isStructure ? value.dereference() : value, format, options);
        });
    }

    private static NameScope scope(CommandContext context, Options options) {
        var frame = options.frame.or(() -> options.task.isEmpty() ? context.chosen("frame") : Optional.empty());
        if (frame.isEmpty() && options.task.isEmpty()) {
            return NameScope.NONE;
        }
        var choice = ThreadChoice.of(context);
        return new FrameChoice(context.target(Program.class), choice.single(options.task)).numbered(frame.orElse("0"));
    }

    /** A number that cannot be read is an error; what cannot be read of a structure is said in its place. */
    private static Value readable(Value value) {
        if (value.type().unaliased() instanceof Scalar && value.hasAddress()) {
            value.read();
        }
        return value;
    }

    /** {@return the row of a value, whose stream ends with an error, however many rows are wanted, if its start is absent} */
    private static Stream<Row> rows(String text, OptionalInt cpu, Value value, ValueFormat format, Options options) {
        return Stream.of(row(text, cpu, value, format, options)).onClose(() -> requireStart(value));
    }

    /** Other than all of an object, its first byte is read at no cost, however large it is. */
    private static void requireStart(Value object) {
        var type = object.type().unaliased();
        if ((type instanceof CompoundType || type instanceof ArrayType)
                && object.hasAddress()
                && Attempt.of(() -> Value.sizeOf(object.program().complete(object.type())))
                                .orElse(0L)
                        != 0) {
            object.program().bytes(object.byteAddress(), 1);
        }
    }

    private static Row row(String text, OptionalInt cpu, Value value, ValueFormat format, Options options) {
        var isField = value.bitFieldBits().isPresent() && value.hasAddress();
        return new Row(
                text,
                cpu,
                CFormat.name(value.type()),
                value.hasAddress() ? Optional.of(new VirtualAddress(value.byteAddress())) : Optional.empty(),
                isField ? OptionalInt.of(value.bitOffset()) : OptionalInt.empty(),
                value.bitFieldBits(),
                new Written(value, format, options.depth.orElse(ValueFormat.UNLIMITED)),
                () -> target(value, options));
    }

    /** {@return the string or object that a pointer points to; nothing where there is none} */
    private static Object target(Value value, Options options) {
        if (options.noDereference || !(value.type().unaliased() instanceof PointerType pointer)) {
            return Optional.empty();
        }
        if (CFormat.isCharacter(pointer.target().resolve())) {
            return Attempt.of(value::string);
        }
        var isObject = Attempt.of(() -> !value.isNull()
                        && Value.sizeOf(value.program()
                                        .complete(value.dereference().type()))
                                >= 0)
                .orElse(false);
        return isObject
                ? new ValueTree(options.depth.orElse(ValueFormat.UNLIMITED)).of(value.dereference())
                : Optional.empty();
    }

    private static ValueFormat format(Options options, CommandContext context) {
        var format = ValueFormat.DEFAULT
                .integerBase(integerBase(options))
                .columns(options.columns.orElseGet(() -> context.columns().orElse(ValueFormat.UNLIMITED)))
                .depth(options.depth.orElse(ValueFormat.UNLIMITED));
        var changes = new ArrayList<Option>();
        add(changes, options.noDereference, Option.DEREFERENCE);
        add(changes, options.noSymbolize, Option.SYMBOLIZE);
        add(changes, options.noString, Option.STRING);
        add(changes, options.character, Option.CHAR);
        add(changes, options.noTypeName, Option.TYPE_NAME);
        add(changes, options.noMemberTypeNames, Option.MEMBER_TYPE_NAMES);
        add(changes, options.elementTypeNames, Option.ELEMENT_TYPE_NAMES);
        add(changes, options.membersSameLine, Option.MEMBERS_SAME_LINE);
        add(changes, options.noElementsSameLine, Option.ELEMENTS_SAME_LINE);
        add(changes, options.noMemberNames, Option.MEMBER_NAMES);
        add(changes, options.elementIndices, Option.ELEMENT_INDICES);
        add(changes, options.noImplicitMembers, Option.IMPLICIT_MEMBERS);
        add(changes, options.implicitElements, Option.IMPLICIT_ELEMENTS);
        for (var option : changes) {
            format = format.has(option) ? format.without(option) : format.with(option);
        }
        return format;
    }

    private static void add(List<Option> changes, boolean isSaid, Option option) {
        if (isSaid) {
            changes.add(option);
        }
    }

    private static int integerBase(Options options) {
        var count = (options.hex ? 1 : 0) + (options.decimal ? 1 : 0) + (options.octal ? 1 : 0);
        if (count > 1) {
            throw new UsageException("print: -x, -d and -o exclude each other");
        }
        return options.hex ? 16 : options.octal ? 8 : 10;
    }
}
