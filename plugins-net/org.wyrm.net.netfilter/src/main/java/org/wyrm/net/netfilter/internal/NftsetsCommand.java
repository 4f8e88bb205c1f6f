package org.wyrm.net.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the sets and maps of nf_tables. */
@ProvidesCommand(
        name = "nftsets",
        summary = "list the sets and maps of nf_tables: kind, number of elements",
        row = NftsetsCommand.Row.class,
        target = Program.class)
public final class NftsetsCommand implements Command<NftsetsCommand.Options> {
    /** Bits of {@code flags}, from the lowest on: {@code enum nft_set_flags}. */
    private static final List<String> FLAGS =
            List.of("anonymous", "constant", "interval", "map", "timeout", "eval", "object", "concat", "expr");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * A set.
     *
     * @param set its name; of one that is written into a rule, the kernel's
     * @param flags {@code anonymous}, {@code constant}, {@code interval}, {@code map} …
     * @param backend how its elements are kept: {@code nft_set_rbtree_type}
     * @param keyBytes of an element's key
     * @param elements how many, unless the kernel may not have counted them; an interval is two, its start and its end, but where ends are kept with starts
     * @param most elements that it may have; none where that is not said
     * @param net the inode number of its name space
     * @param address its {@code struct nft_set}
     */
    public record Row(
            Attempt<String> family,
            Attempt<String> table,
            Attempt<String> set,
            Attempt<List<String>> flags,
            Attempt<String> backend,
            Attempt<Long> keyBytes,
            Attempt<Optional<Long>> elements,
            Attempt<Optional<Long>> most,
            Attempt<Long> net,
            VirtualAddress address) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var walks = NftWalks.of(program, context::warn);
        return NetOption.nets(program, options.net).stream()
                .flatMap(net ->
                        walks.tables(net).flatMap(table -> walks.sets(table).map(set -> row(net, table, set))));
    }

    private static Row row(Value net, Value table, Value set) {
        return new Row(
                Attempt.of(() -> NftCommand.family(table, "family")),
                Attempt.of(() -> table.member("name").string()),
                Attempt.of(() -> set.member("name").string()),
                Attempt.of(() -> flags(set.member("flags").longValue())),
                Attempt.of(() -> backend(set.member("ops").longValue(), set.program())),
                Attempt.of(() -> set.member("klen").longValue()),
                Attempt.of(() -> elements(set)),
                Attempt.of(() -> Optional.of(set.member("size").longValue()).filter(size -> size != 0)),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(set.address()));
    }

    private static Optional<Long> elements(Value set) {
        // Since Linux kernel commit d4b7f29eb85c ("netfilter: nf_tables: always increment set element count") (in v6.6,
        // and
        // in later versions of older series), those of all sets are counted. Before that, those of sets with a size.
        var counted = set.member("nelems").member("counter").longValue();
        return counted == 0 && set.member("size").longValue() == 0 ? Optional.empty() : Optional.of(counted);
    }

    private static List<String> flags(long flags) {
        var names = new ArrayList<String>();
        for (var bit = 0; bit < FLAGS.size(); bit++) {
            if ((flags >> bit & 1) != 0) {
                names.add(FLAGS.get(bit));
            }
        }
        return names;
    }

    private static String backend(long operations, Program program) {
        return program.symbolsAt(operations).stream()
                .findFirst()
                .map(symbol -> symbol.name())
                .orElse("0x%x".formatted(operations));
    }
}
