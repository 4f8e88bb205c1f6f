package org.wyrm.linux.commands.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.mapletree.MapleTrees;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the entries of a tree. */
@ProvidesCommand(
        name = "tree",
        summary = "list the entries of a red-black tree, radix tree, XArray or maple tree of the kernel",
        row = TreeCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class TreeCommand implements Command<TreeCommand.Options> {
    /** A red-black tree of 2^64 nodes is no higher. */
    private static final int MAX_HEIGHT = 128;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-t", "--type"},
                    argument = "TYPE",
                    help = "the kind of tree: rbtree, radix, xarray or maple; default: what START is, else rbtree")
            Optional<String> type,

            @Flag(
                    names = {"-r", "--root"},
                    argument = "OFFSET",
                    help = "where in the structure at START the root is: STRUCT.MEMBER, or a number of bytes")
            Optional<String> root,

            @Flag(
                    names = {"-o", "--offset"},
                    argument = "OFFSET",
                    help = "where in an entry of a red-black tree its node is: STRUCT.MEMBER, or a number of bytes")
            Optional<String> offset,

            @Flag(
                    names = {"-s", "--struct"},
                    argument = "STRUCT",
                    help = "show members of each entry: STRUCT, STRUCT.MEMBER, or STRUCT.MEMBER,MEMBER")
            List<String> structs,

            @Flag(
                    names = {"-l", "--linear"},
                    help = "a red-black tree in its order; else each node comes before those below it")
            boolean linear,

            @Flag(
                    names = {"-p", "--position"},
                    help = "show where in the tree each entry is: its index, and the way from the root")
            boolean position,

            @Argument(name = "START", help = "an address, or a symbol and members of it: init_task.mm.mm_mt")
            String start) {}

    /**
     * An entry.
     *
     * @param address of the entry; in an XArray, a radix tree or a maple tree it may be a value, with its low bit set
     * @param firstIndex the first index that it is at; none in a red-black tree
     * @param lastIndex the last one; of a maple tree only
     * @param position the way from the root: {@code root/l/r}, or by slots {@code root/3/25}; where it was asked for
     * @param members that were asked for
     */
    public record Row(
            VirtualAddress address,
            Optional<BigInteger> firstIndex,
            Optional<BigInteger> lastIndex,
            Optional<String> position,
            List<EntryMembers.Row> members)
            implements TextRow {
        @Override
        public String toText() {
            var index = firstIndex
                    .map(first -> "index: " + first
                            + lastIndex.map(last -> "-" + last).orElse("") + "  ")
                    .orElse("");
            return address
                    + position.map(way -> "\n  " + index + "position: " + way).orElse("")
                    + EntryMembers.lines(members);
        }
    }

    /** The kinds of trees. The names are what the user says. */
    private enum Kind {
        RBTREE("rb_root"),
        XARRAY("xarray"),
        RADIX("radix_tree_root"),
        MAPLE("maple_tree");

        private final String root;

        Kind(String root) {
            this.root = root;
        }

        /** {@return the root of a tree}; since v4.20, that of a radix tree is an XArray. */
        Value at(Program program, long address) {
            var name =
                    this == RADIX && program.findType("struct radix_tree_root").isEmpty() ? XARRAY.root : root;
            return program.object(program.type("struct " + name), address);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        var start = Start.parse(program, options.start);
        var root = options.root.map(text -> StructPath.offset(program, text)).orElse(0L);
        var offset =
                options.offset.map(text -> StructPath.offset(program, text)).orElse(0L);
        var members = EntryMembers.parse(program, options.structs);
        var isRoot = options.root.isEmpty();
        var kind = options.type
                .map(text -> Kinds.parse(Kind.values(), text))
                .or(() -> start.object()
                        .filter(object -> isRoot)
                        .flatMap(object -> Kinds.of(Kind.values(), each -> each.root, object)))
                .orElse(Kind.RBTREE);
        if (kind != Kind.RBTREE && (options.linear || options.offset.isPresent())) {
            throw new UsageException("--linear and --offset are of red-black trees only");
        }
        var tree = kind.at(program, start.address() + root);
        return switch (kind) {
            case RBTREE -> nodes(tree, offset, options, members);
            case RADIX, XARRAY -> entries(tree, options, members);
            case MAPLE -> ranges(tree, options, members);
        };
    }

    private static Stream<Row> nodes(Value root, long offset, Options options, EntryMembers members) {
        var nodes = options.linear ? Rbtrees.rbtreeInorderForEach(root) : Rbtrees.rbtreePreorderForEach(root);
        return nodes.map(node -> new Row(
                new VirtualAddress(node.address() - offset),
                Optional.empty(),
                Optional.empty(),
                position(options, () -> way(node)),
                members.of(node.address() - offset)));
    }

    private static Stream<Row> entries(Value xarray, Options options, EntryMembers members) {
        return XArrays.xaForEach(xarray)
                .map(entry -> new Row(
                        new VirtualAddress(entry.value()),
                        Optional.of(unsigned(entry.index())),
                        Optional.empty(),
                        position(options, () -> way(XArrays.slots(xarray, entry.index()))),
                        members.of(entry.value())));
    }

    private static Stream<Row> ranges(Value tree, Options options, EntryMembers members) {
        return MapleTrees.mtForEach(tree)
                .map(entry -> new Row(
                        new VirtualAddress(entry.value()),
                        Optional.of(unsigned(entry.first())),
                        Optional.of(unsigned(entry.last())),
                        position(options, () -> way(MapleTrees.slots(tree, entry.first()))),
                        members.of(entry.value())));
    }

    private static BigInteger unsigned(long index) {
        return new BigInteger(Long.toUnsignedString(index));
    }

    private static Optional<String> position(Options options, Supplier<String> way) {
        return options.position ? Optional.of(way.get()) : Optional.empty();
    }

    private static String way(List<Integer> slots) {
        return "root" + slots.stream().map(slot -> "/" + slot).collect(Collectors.joining());
    }

    /** {@return the sides by which a node of a red-black tree is reached, found upwards from it} */
    private static String way(Value node) {
        var way = "";
        var below = node;
        for (var height = 0; height < MAX_HEIGHT; height++) {
            var above = Rbtrees.rbParent(below);
            if (above.isEmpty()) {
                return "root" + way;
            }
            way = (above.get().member("rb_left").longValue() == below.address() ? "/l" : "/r") + way;
            below = above.get();
        }
        throw new CorruptStructureException("rb_node", node.address(), "it is deeper than " + MAX_HEIGHT);
    }
}
