package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.Span;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.TypedefType;
import org.wyrm.symbols.Variable;

/** Shows the type of an expression, or what a type is. */
@ProvidesCommand(
        name = "whatis",
        summary = "show the type of a C expression, and where a name is defined",
        row = WhatisCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class WhatisCommand implements Command<WhatisCommand.Options> {
    /** A variable's name, alone or in a file. */
    private static final Pattern NAME = Pattern.compile("(?:[\\w./+-]+::)?([A-Za-z_]\\w*)");

    private static final Pattern WITH_KEYWORD = Pattern.compile("(struct|union|enum)\\s.*");

    /** What the user may say. */
    public record Options(
            @Argument(
                    name = "EXPRESSION|TYPE",
                    help = "init_task.mm, fork.c::name, schedule, or a type: struct list_head *, u32")
            List<String> expression) {}

    /**
     * The type of something.
     *
     * @param expression what was asked for
     * @param type as C declares it
     * @param size empty for functions and types that are not complete
     * @param bits of a bit field
     * @param place where the variable, function or type is defined, if it is known
     */
    public record Row(String expression, String type, Optional<ByteSize> size, OptionalInt bits, Optional<String> place)
            implements TextRow {
        @Override
        public String toText() {
            var notes = new ArrayList<String>();
            if (bits.isPresent()) {
                notes.add(bits.getAsInt() + (bits.getAsInt() == 1 ? " bit" : " bits"));
            } else {
                size.ifPresent(bytes -> notes.add(bytes + (bytes.bytes() == 1 ? " byte" : " bytes")));
            }
            place.ifPresent(notes::add);
            return type + ";" + (notes.isEmpty() ? "" : " // " + String.join(", ", notes));
        }

        @Override
        public void forEachSpan(String text, Consumer<Span> spans) {
            CSpans.ofDeclaration(text, spans);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.expression.isEmpty()) {
            throw new UsageException("whatis: EXPRESSION or TYPE is missing");
        }
        var program = context.target(Program.class);
        var text = String.join(" ", options.expression);
        if (WITH_KEYWORD.matcher(text).matches()) {
            return types(program, text);
        }
        // A name may be defined several times: all are shown.
        var name = NAME.matcher(text);
        var variables = name.matches() ? program.variables(text) : List.<Variable>of();
        if (!variables.isEmpty()) {
            return variables.stream()
                    .map(each -> row(
                            text,
                            CFormat.declare(each.type().resolve(), name.group(1)),
                            each.type().resolve(),
                            OptionalInt.empty(),
                            each.place().map(SourcePlace::toString)));
        }
        var value = Attempt.of(() -> program.evaluate(text));
        if (value instanceof Attempt.Failure<Value>(var error)) {
            // A word may be a type's; where it is not, what is wrong with the expression is the better answer.
            if (Attempt.of(() -> types(program, text)) instanceof Attempt.Success<Stream<Row>>(var types)) {
                return types;
            }
            throw error;
        }
        return value instanceof Attempt.Success<Value>(var found)
                ? Stream.of(row(text, CFormat.name(found.type()), found.type(), found.bitFieldBits(), Optional.empty()))
                : Stream.empty();
    }

    private static Stream<Row> types(Program program, String text) {
        return TypeCommand.find(program, text).stream()
                .map(type -> row(
                        text,
                        type instanceof TypedefType typedef
                                ? "typedef " + CFormat.declare(typedef.aliased().resolve(), typedef.name())
                                : CFormat.name(type),
                        type,
                        OptionalInt.empty(),
                        TypeCommand.place(type)));
    }

    private static Row row(String expression, String words, TargetType type, OptionalInt bits, Optional<String> place) {
        return new Row(expression, words, TypeCommand.size(type), bits, place);
    }
}
