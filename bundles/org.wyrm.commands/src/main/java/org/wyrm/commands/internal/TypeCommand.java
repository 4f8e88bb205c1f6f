package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.CFormat.Nesting;
import org.wyrm.lang.c.CFormat.Offsets;
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
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;

/** Shows the definition of a type, or a member of one. */
@ProvidesCommand(
        name = "type",
        aliases = {"struct", "union"},
        summary = "show the C definition of a type, or the place of a member",
        row = TypeCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class TypeCommand implements Command<TypeCommand.Options> {
    private static final List<TypeKind> WITH_NAMES =
            List.of(TypeKind.TYPEDEF, TypeKind.STRUCT, TypeKind.UNION, TypeKind.ENUM);
    private static final List<TypeKind> WITH_TAGS = List.of(TypeKind.STRUCT, TypeKind.UNION, TypeKind.ENUM);

    private static final int MAX_NESTING = 64;

    /** A word, or one in a file or a name space: {@code sched.c::rq}, {@code std::string}; with a keyword or without. */
    private static final Pattern NAME = Pattern.compile("(?:(struct|union|enum)\\s+)?([\\w./:+-]+)");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-o", "--offsets"},
                    help = "write the offset of each member, in bytes, before it")
            boolean offsets,

            @Flag(
                    names = {"-r", "--recursive"},
                    help = "write out the structures that are members, but not those behind pointers")
            boolean recursive,

            @Flag(
                    names = {"-l", "--places"},
                    help = "tell where the type is defined, not only if several share its name")
            boolean places,

            @Argument(
                    name = "NAME",
                    help = "a type, with or without struct, union or enum; also fork.c::name, and a member of it:"
                            + " task_struct.se.load")
            List<String> name) {}

    /**
     * A member.
     *
     * @param name with the names of the members that it is in, where those are written out
     * @param offsetBytes of its first byte from the start of the type
     * @param bitOffset of its first bit in that byte; of a bit field only
     */
    public record MemberRow(
            Optional<String> name, String type, long offsetBytes, OptionalInt bitOffset, OptionalInt bits) {}

    /**
     * A type, or a member of one.
     *
     * @param size empty for a type that is not complete, and for functions
     * @param offsetBytes of a member, from the start of the structure that it is in
     * @param bitOffset of a bit field's first bit in that byte
     * @param bits of a bit field
     * @param place file and line of the definition, where it is known and asked for
     */
    public record Row(
            String name,
            Optional<ByteSize> size,
            OptionalLong offsetBytes,
            OptionalInt bitOffset,
            OptionalInt bits,
            Optional<String> place,
            String definition,
            List<MemberRow> members)
            implements TextRow {
        @Override
        public String toText() {
            var notes = new ArrayList<String>();
            offsetBytes.ifPresent(bytes -> notes.add("offset " + bytes));
            bitOffset.ifPresent(bit -> notes.add("bit " + bit));
            if (bits.isEmpty()) {
                size.ifPresent(bytes -> notes.add(bytes + (bytes.bytes() == 1 ? " byte" : " bytes")));
            }
            place.ifPresent(notes::add);
            return definition + ";" + (notes.isEmpty() ? "" : " // " + String.join(", ", notes));
        }

        @Override
        public void forEachSpan(String text, Consumer<Span> spans) {
            CSpans.ofDeclaration(text, spans);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.name.isEmpty()) {
            throw new UsageException("type: NAME is missing");
        }
        var program = context.target(Program.class);
        var text = String.join(" ", options.name);
        var path = MemberPath.parse(text);
        var types = find(program, path.type());
        if (!path.members().isEmpty()) {
            types = withMembers(types, path);
        }
        var withPlace = options.places || types.size() > 1;
        return types.stream()
                .map(type -> path.members().isEmpty()
                        ? row(type, options, withPlace)
                        : row(text, path.find(type), options, withPlace ? place(type) : Optional.empty()));
    }

    /** One word may be a typedef, or the tag of a structure, a union or an enumeration. */
    static List<TargetType> find(Program program, String text) {
        var name = NAME.matcher(text);
        if (!name.matches()) {
            return List.of(program.type(text));
        }
        var kinds = kinds(name.group(1));
        var found = program.findTypes(kinds, name.group(2)).stream()
                .map(TypeRef::resolve)
                .toList();
        return found.isEmpty() ? List.of(wordOfC(program, kinds, text, name.group(2))) : found;
    }

    private static List<TypeKind> kinds(@Nullable String keyword) {
        return keyword == null
                ? WITH_NAMES
                : WITH_TAGS.stream()
                        .filter(kind -> kind.label().equals(keyword))
                        .toList();
    }

    private static TargetType wordOfC(Program program, List<TypeKind> kinds, String text, String name) {
        return program.findType(text)
                .orElseThrow(() -> program.missingType(
                        kinds.size() > 1 ? "type" : kinds.getFirst().label(), kinds, name));
    }

    /** {@return those of some types that have the members} */
    private static List<TargetType> withMembers(List<TargetType> types, MemberPath path) {
        var having = types.stream()
                .filter(type -> Attempt.of(() -> path.find(type)) instanceof Attempt.Success)
                .toList();
        if (having.isEmpty()) {
            path.find(types.getFirst());
        }
        return having;
    }

    static Optional<String> place(TargetType type) {
        return Attempt.of(() -> type.ref().place().map(SourcePlace::toString)).orElse(Optional.empty());
    }

    private static Row row(TargetType type, Options options, boolean withPlace) {
        return new Row(
                CFormat.name(type),
                size(type),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                withPlace ? place(type) : Optional.empty(),
                CFormat.define(type, offsets(options), nesting(options)),
                members(type, options));
    }

    private static Row row(String name, Member member, Options options, Optional<String> place) {
        var type = member.type().resolve();
        var declaration = CFormat.declareMember(member, member.bitOffset(), offsets(options), nesting(options));
        return new Row(
                name,
                size(type),
                OptionalLong.of(member.bitOffset() / Byte.SIZE),
                bitOffset(member, member.bitOffset()),
                member.bitFieldBits(),
                place,
                declaration,
                members(type, options));
    }

    private static Offsets offsets(Options options) {
        return options.offsets ? Offsets.BYTES : Offsets.NONE;
    }

    private static Nesting nesting(Options options) {
        return options.recursive ? Nesting.ALL : Nesting.ANONYMOUS;
    }

    static Optional<ByteSize> size(TargetType type) {
        return Attempt.of(() -> Optional.of(new ByteSize(Value.sizeOf(type)))).orElse(Optional.empty());
    }

    private static List<MemberRow> members(TargetType type, Options options) {
        var rows = new ArrayList<MemberRow>();
        if (type.unaliased() instanceof CompoundType compound) {
            addMembers(compound, "", 0, options.recursive ? MAX_NESTING : 0, rows);
        }
        return rows;
    }

    private static void addMembers(CompoundType type, String prefix, long bitOffset, int levels, List<MemberRow> rows) {
        for (var member : type.members()) {
            var at = bitOffset + member.bitOffset();
            var memberType = member.type().resolve();
            rows.add(new MemberRow(
                    member.name().map(name -> prefix + name),
                    CFormat.name(memberType),
                    at / Byte.SIZE,
                    bitOffset(member, at),
                    member.bitFieldBits()));
            if (levels > 0 && embedded(memberType) instanceof CompoundType inner) {
                addMembers(inner, member.name().map(name -> prefix + name + ".").orElse(prefix), at, levels - 1, rows);
            }
        }
    }

    /** {@return what lies there: of an array, its first element} */
    private static TargetType embedded(TargetType type) {
        var inner = type.unaliased();
        for (var count = 0; count < TargetType.MAX_ALIASES && inner instanceof ArrayType array; count++) {
            inner = array.element().resolve().unaliased();
        }
        return inner;
    }

    private static OptionalInt bitOffset(Member member, long bitOffset) {
        return member.bitFieldBits().isPresent() ? OptionalInt.of((int) (bitOffset % Byte.SIZE)) : OptionalInt.empty();
    }
}
