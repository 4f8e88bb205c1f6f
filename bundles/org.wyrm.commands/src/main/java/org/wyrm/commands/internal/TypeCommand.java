package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.CFormat.Offsets;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;

/** Shows the definition of a type. */
@ProvidesCommand(
        name = "type",
        aliases = {"struct", "union"},
        summary = "show the C definition of a type",
        row = TypeCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class TypeCommand implements Command<TypeCommand.Options> {
    private static final List<TypeKind> WITH_NAMES =
            List.of(TypeKind.TYPEDEF, TypeKind.STRUCT, TypeKind.UNION, TypeKind.ENUM);

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-o", "--offsets"},
                    help = "write the offset of each member, in bytes, before it")
            boolean offsets,

            @Argument(name = "NAME", help = "a type, with or without struct, union or enum")
            List<String> name) {}

    /**
     * A member.
     *
     * @param offsetBytes of its first byte from the start of the type
     * @param bitOffset of its first bit in that byte; of a bit field only
     */
    public record MemberRow(
            Optional<String> name, String type, long offsetBytes, OptionalInt bitOffset, OptionalInt bits) {}

    /**
     * A type.
     *
     * @param size empty for a type that is not complete, and for functions
     */
    public record Row(String name, Optional<ByteSize> size, String definition, List<MemberRow> members)
            implements TextRow {
        @Override
        public String toText() {
            return definition + ";"
                    + size.map(bytes -> " // " + bytes + (bytes.bytes() == 1 ? " byte" : " bytes"))
                            .orElse("");
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.name.isEmpty()) {
            throw new UsageException("type: NAME is missing");
        }
        var program = context.target(Program.class);
        var offsets = options.offsets ? Offsets.BYTES : Offsets.NONE;
        return find(program, String.join(" ", options.name)).stream().map(type -> row(type, offsets));
    }

    /** One word may be a typedef, or the tag of a structure, a union or an enumeration. */
    private static List<TargetType> find(Program program, String name) {
        // A word, or one in a file or a name space: sched.c::rq, std::string.
        if (!name.matches("[\\w./:+-]+")) {
            return List.of(program.type(name));
        }
        var found = new ArrayList<TargetType>();
        program.findTypes(WITH_NAMES, name).forEach(ref -> found.add(ref.resolve()));
        return found.isEmpty() ? List.of(wordOfC(program, name)) : found;
    }

    private static TargetType wordOfC(Program program, String name) {
        return program.findType(name).orElseThrow(() -> new LookupFailedException("type", name));
    }

    private static Row row(TargetType type, Offsets offsets) {
        var size =
                Attempt.of(() -> Optional.of(new ByteSize(Value.sizeOf(type)))).orElse(Optional.empty());
        var members = type.unaliased() instanceof CompoundType compound
                ? compound.members().stream().map(TypeCommand::row).toList()
                : List.<MemberRow>of();
        return new Row(CFormat.name(type), size, CFormat.define(type, offsets), members);
    }

    private static MemberRow row(TargetType.Member member) {
        var isBitField = member.bitFieldBits().isPresent();
        return new MemberRow(
                member.name(),
                CFormat.name(member.type().resolve()),
                member.bitOffset() / Byte.SIZE,
                isBitField ? OptionalInt.of((int) (member.bitOffset() % Byte.SIZE)) : OptionalInt.empty(),
                member.bitFieldBits());
    }
}
