package org.wyrm.net.netfilter.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.netfilter.Netfilter;
import org.wyrm.net.netfilter.NfTables;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the tables and chains of nf_tables. */
@ProvidesCommand(
        name = "nft",
        summary = "list the tables and chains of nf_tables: type, hook, policy, number of rules",
        row = NftCommand.Row.class,
        target = Program.class)
public final class NftCommand implements Command<NftCommand.Options> {
    private static final long NFT_TABLE_F_DORMANT = 1;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * A chain; of a table that has none, the table.
     *
     * @param family whose packets: {@code ip}, {@code ip6}, those of both, {@code arp}, {@code bridge}, {@code netdev}
     * @param chain its name
     * @param type {@code filter}, {@code nat}, {@code route}; none of a chain that others jump to, as what follows
     * @param hook where on the way of packets it is asked
     * @param devices of {@code netdev}, those whose packets it is asked about
     * @param priority those of lower ones are asked first
     * @param policy what becomes of packets that no rule decides about
     * @param rules how many it has
     * @param state {@code dormant} of one whose table was put to rest, {@code inactive} of what a transaction under way adds
     * @param net the inode number of its name space
     * @param address its {@code struct nft_chain}, or the {@code struct nft_table}
     */
    public record Row(
            Attempt<String> family,
            Attempt<String> table,
            Attempt<Optional<String>> chain,
            Attempt<Optional<String>> type,
            Attempt<Optional<String>> hook,
            Attempt<List<String>> devices,
            Attempt<Optional<Integer>> priority,
            Attempt<Optional<String>> policy,
            Attempt<Optional<Long>> rules,
            Attempt<List<String>> state,
            Attempt<Long> net,
            VirtualAddress address) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var walks = NftWalks.of(program, context::warn);
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> walks.tables(net).flatMap(table -> {
                    var chains = walks.chains(table).toList();
                    return chains.isEmpty()
                            ? Stream.of(row(net, table, Optional.empty()))
                            : chains.stream().map(chain -> row(net, table, Optional.of(chain)));
                }));
    }

    private static Row row(Value net, Value table, Optional<Value> chain) {
        var base = Attempt.of(() -> chain.filter(NfTables::nftIsBaseChain).map(NfTables::nftBaseChain));
        return new Row(
                Attempt.of(() -> family(table, "family")),
                Attempt.of(() -> table.member("name").string()),
                Attempt.of(() -> chain.map(known -> known.member("name").string())),
                base.map(of ->
                        of.map(known -> known.member("type").member("name").string())),
                base.map(of -> of.map(known -> Netfilter.hook(family(table, "family"), (int)
                        known.member("ops").member("hooknum").longValue()))),
                base.map(of -> of.map(NfTables::devices).orElse(List.of())),
                base.map(of ->
                        of.map(known -> known.member("ops").member("priority").intValue())),
                base.map(of -> of.map(known -> known.member("policy").longValue() == 0 ? "drop" : "accept")),
                Attempt.of(() -> chain.map(known -> NfTables.rules(known).count())),
                Attempt.of(() -> state(net, table, chain)),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(chain.orElse(table).address()));
    }

    static String family(Value table, String member) {
        return Netfilter.family((int) table.member(member).longValue());
    }

    private static List<String> state(Value net, Value table, Optional<Value> chain) {
        var words = new ArrayList<String>();
        if ((table.member("flags").longValue() & NFT_TABLE_F_DORMANT) != 0) {
            words.add("dormant");
        }
        if (!NfTables.nftIsActive(net, chain.orElse(table))) {
            words.add("inactive");
        }
        return words;
    }
}
