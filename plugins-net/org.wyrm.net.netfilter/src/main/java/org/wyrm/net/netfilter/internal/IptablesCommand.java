package org.wyrm.net.netfilter.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.netfilter.XTables;
import org.wyrm.net.netfilter.XTables.Chain;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the tables and chains of x_tables. */
@ProvidesCommand(
        name = "iptables",
        summary = "list the tables and chains of iptables-legacy: policy, number of rules",
        row = IptablesCommand.Row.class,
        target = Program.class)
public final class IptablesCommand implements Command<IptablesCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * A chain.
     *
     * @param family {@code ip}, {@code ip6}, {@code arp}
     * @param policy what becomes of packets that no rule decides about; none of a chain that others jump to
     * @param rules how many it has
     * @param net the inode number of its name space
     * @param table its {@code struct xt_table}
     */
    public record Row(
            Attempt<String> family,
            Attempt<String> table,
            Attempt<String> chain,
            Attempt<Optional<String>> policy,
            Attempt<Long> rules,
            Attempt<Long> net,
            VirtualAddress address) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        NftWalks.require(program, "xt_register_table");
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> Walk.tolerant(
                                () -> XTables.forEachXtTable(net),
                                error -> context.warn("tables of iptables: " + error.getMessage()))
                        .flatMap(table -> rows(net, table)));
    }

    /** A table that cannot be read is a row that says why. */
    private static Stream<Row> rows(Value net, Value table) {
        var chains = Attempt.of(() -> XTables.chains(table));
        return chains instanceof Attempt.Failure<List<Chain>>
                ? Stream.of(row(net, table, chains.map(List::getFirst)))
                : chains.orElse(List.of()).stream().map(chain -> row(net, table, Attempt.of(() -> chain)));
    }

    private static Row row(Value net, Value table, Attempt<Chain> chain) {
        return new Row(
                Attempt.of(() -> NftCommand.family(table, "af")),
                Attempt.of(() -> table.member("name").string()),
                chain.map(Chain::name),
                chain.map(Chain::policy),
                chain.map(Chain::rules),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(table.address()));
    }
}
