package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.listnulls.ListNulls;
import org.wyrm.linux.llist.Llists;
import org.wyrm.linux.walk.Walk;
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

/** Lists the entries of a linked list. */
@ProvidesCommand(
        name = "list",
        summary = "list the entries of a linked list of the kernel, and members of them",
        row = ListCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class ListCommand implements Command<ListCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-t", "--type"},
                    argument = "TYPE",
                    help =
                            "the kind of links: list, hlist, hlist_nulls, llist, or pointer: each entry has the address of"
                                    + " the next; default: what START is, else list with -H or -E, else pointer")
            Optional<String> type,

            @Flag(
                    names = {"-H", "--head"},
                    help = "START is a head and no entry; so it is anyway where it is a symbol of the type of one")
            boolean head,

            @Flag(
                    names = {"-E", "--entry"},
                    help = "START is an entry itself, with its links at the offset (crash's -h)")
            boolean entry,

            @Flag(
                    names = {"-o", "--offset"},
                    argument = "OFFSET",
                    help = "where in an entry its links are: STRUCT.MEMBER, or a number of bytes")
            Optional<String> offset,

            @Flag(
                    names = {"-O", "--head-offset"},
                    argument = "OFFSET",
                    help =
                            "START is no entry, but has the head of the list at OFFSET: STRUCT.MEMBER, or a number of bytes")
            Optional<String> headOffset,

            @Flag(
                    names = {"-s", "-S", "--struct"},
                    argument = "STRUCT",
                    help = "show members of each entry: STRUCT, STRUCT.MEMBER, or STRUCT.MEMBER,MEMBER")
            List<String> structs,

            @Flag(
                    names = {"-x", "--hex"},
                    help = "members that are integers in base 16")
            boolean hex,

            @Flag(
                    names = {"-d", "--decimal"},
                    help = "members that are integers in base 10, as without -x")
            boolean decimal,

            @Flag(
                    names = {"-r", "--reverse"},
                    help = "the last entry first; only of lists with links to both sides")
            boolean reverse,

            @Flag(
                    names = {"-e", "--end"},
                    argument = "ADDRESS",
                    help = "stop before this entry")
            Optional<String> end,

            @Argument(name = "[OFFSET] START", help = "an address, or a C expression: init_task.children")
            List<String> start) {}

    /**
     * An entry.
     *
     * @param address of the entry: of its links, less the offset
     * @param members that were asked for
     */
    public record Row(VirtualAddress address, List<EntryMembers.Row> members) implements TextRow {
        @Override
        public String toText() {
            return address + EntryMembers.lines(members);
        }
    }

    /** How entries are linked. The names are what the user says. */
    private enum Kind {
        LIST("list_head", "list_head"),
        HLIST("hlist_head", "hlist_node"),
        HLIST_NULLS("hlist_nulls_head", "hlist_nulls_node"),
        LLIST("llist_head", "llist_node"),
        POINTER("", "");

        private final String head;
        private final String node;

        Kind(String head, String node) {
            this.head = head;
            this.node = node;
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.head && options.entry) {
            throw new UsageException("--head and --entry exclude each other");
        }
        if (options.hex && options.decimal) {
            throw new UsageException("list: -x and -d exclude each other");
        }
        var words = options.start;
        if (words.isEmpty() || words.size() > (options.offset.isPresent() ? 1 : 2)) {
            throw new UsageException("list: one START is wanted");
        }
        var program = context.target(Program.class);
        var start = Start.parse(program, words.getLast());
        var offsetText = words.size() == 2 ? Optional.of(words.getFirst()) : options.offset;
        var members = EntryMembers.parse(program, options.structs).integerBase(options.hex ? 16 : 10);
        // The links of init_task.tasks are those of a task_struct, if that is what is to be shown.
        var kind = kind(start, options);
        var offset = offsetText
                .map(text -> OptionalLong.of(StructPath.offset(program, text)))
                .orElseGet(() -> members.type()
                        .map(type -> Start.offsetIn(program, type, words.getLast()))
                        .orElse(OptionalLong.of(0)));
        if (offset.isEmpty()) {
            checkStartsWithLinks(members.type().orElseThrow(), kind);
        }
        var end = options.end.map(text -> Start.parse(program, text).address()).stream()
                .mapToLong(Long::longValue)
                .findFirst();
        var at = offset.orElse(0);
        return entries(program, start, kind, at, options)
                .takeWhile(address -> end.isEmpty() || address != end.getAsLong() && address + at != end.getAsLong())
                .map(address -> new Row(new VirtualAddress(address), members.of(address)));
    }

    private static Kind kind(Start start, Options options) {
        var headOf = start.object().flatMap(object -> Kinds.of(Kind.values(), kind -> kind.head, object));
        return options.type
                .map(text -> Kinds.parse(Kind.values(), text))
                .or(() -> headOf)
                .orElse(options.head || options.entry || options.headOffset.isPresent() ? Kind.LIST : Kind.POINTER);
    }

    /** Members of a structure are right only if it is known where in it the links are. */
    private static void checkStartsWithLinks(TargetType struct, Kind kind) {
        if (kind == Kind.POINTER || !(struct.unaliased() instanceof CompoundType compound)) {
            return;
        }
        var links = compound.members().stream()
                .filter(member -> CFormat.name(member.type().resolve()).equals("struct " + kind.node))
                .toList();
        if (links.stream().noneMatch(member -> member.bitOffset() == 0)) {
            throw new UsageException("--offset is missing: where in %s are the links? it has %s"
                    .formatted(
                            compound,
                            links.isEmpty()
                                    ? "no struct " + kind.node + " of its own"
                                    : links.stream()
                                            .map(member -> member.name().orElse("?"))
                                            .collect(Collectors.joining(", "))));
        }
    }

    private static Stream<Long> entries(Program program, Start start, Kind kind, long offset, Options options) {
        if (options.reverse && kind != Kind.LIST) {
            throw new UsageException("--reverse: only lists of type list have links to both sides");
        }
        if (kind == Kind.POINTER) {
            if (options.headOffset.isPresent()) {
                throw new UsageException("--head-offset: a chain of pointers has no head");
            }
            return pointers(program, start.address(), offset);
        }
        if (options.headOffset.isPresent()) {
            if (options.head) {
                throw new UsageException("--head and --head-offset exclude each other");
            }
            var head = start.address() + StructPath.offset(program, options.headOffset.get());
            return others(program, kind, head, offset, options);
        }
        // A node's next is where a head's first is, so an entry can take the place of the head.
        return options.entry
                ? Stream.concat(
                        Stream.of(start.address()), others(program, kind, start.address() + offset, offset, options))
                : others(program, kind, start.address(), offset, options);
    }

    private static Stream<Long> others(Program program, Kind kind, long head, long offset, Options options) {
        return nodes(program, kind, head, options.reverse).map(node -> node.address() - offset);
    }

    /** {@return the entries that have the next one's address, until it is null or the first one's} */
    private static Stream<Long> pointers(Program program, long first, long offset) {
        var pointer = program.type("void *");
        return Walk.chain(program, "entry", first, 0, entry -> {
            var next = program.object(pointer, entry + offset).longValue();
            return next == first ? 0 : next;
        });
    }

    private static Stream<Value> nodes(Program program, Kind kind, long address, boolean reverse) {
        var head = program.object(program.type("struct " + kind.head), address);
        return switch (kind) {
            case LIST -> reverse ? Lists.listForEachReverse(head) : Lists.listForEach(head);
            case HLIST -> Lists.hlistForEach(head);
            case HLIST_NULLS -> ListNulls.hlistNullsForEachEntry(program.type("struct hlist_nulls_node"), head, "next");
            case LLIST -> Llists.llistForEach(head.member("first"));
            case POINTER -> throw new IllegalArgumentException("a chain of pointers has no head");
        };
    }
}
