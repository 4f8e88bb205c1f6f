package org.wyrm.net.netfilter.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.netfilter.NfTables;
import org.wyrm.net.netfilter.NfTables.Counter;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the rules of nf_tables. */
@ProvidesCommand(
        name = "nftrules",
        summary = "list the rules of nf_tables: what they do step by step, their counters and verdicts",
        row = NftrulesCommand.Row.class,
        target = Program.class)
public final class NftrulesCommand implements Command<NftrulesCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "[CHAIN]", help = "those of chains of this name only")
            Optional<String> chain,

            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * A rule.
     *
     * @param handle its number in its table
     * @param steps the kinds of its expressions, in their order: {@code payload}, {@code cmp}, {@code counter}
     * @param packets what its first counter has counted; none where it has none
     * @param bytes in these packets
     * @param verdict what it says of packets, {@code drop}, {@code jump web}; none where it says nothing, or another expression does
     * @param comment that somebody gave it
     * @param net the inode number of its name space
     * @param rule its {@code struct nft_rule}
     */
    public record Row(
            Attempt<String> family,
            Attempt<String> table,
            Attempt<String> chain,
            Attempt<Long> handle,
            Attempt<List<String>> steps,
            Attempt<Optional<Long>> packets,
            Attempt<Optional<Long>> bytes,
            Attempt<Optional<String>> verdict,
            Attempt<Optional<String>> comment,
            Attempt<Long> net,
            VirtualAddress rule) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var walks = NftWalks.of(program, context::warn);
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> walks.tables(net)
                        .flatMap(table -> walks.chains(table)
                                .filter(chain -> options.chain.isEmpty()
                                        || Attempt.of(() -> chain.member("name")
                                                        .string()
                                                        .equals(options.chain.get()))
                                                .orElse(true))
                                .flatMap(chain -> walks.rules(chain).map(rule -> row(net, table, chain, rule)))));
    }

    private static Row row(Value net, Value table, Value chain, Value rule) {
        var expressions = Attempt.of(() -> NfTables.nftRuleForEachExpr(rule));
        var counter = expressions.map(all -> first(all, "counter").findFirst().map(NfTables::counter));
        return new Row(
                Attempt.of(() -> NftCommand.family(table, "family")),
                Attempt.of(() -> table.member("name").string()),
                Attempt.of(() -> chain.member("name").string()),
                Attempt.of(() -> rule.member("handle").longValue()),
                expressions.map(all -> all.stream().map(NfTables::name).toList()),
                counter.map(of -> of.map(Counter::packets)),
                counter.map(of -> of.map(Counter::bytes)),
                expressions.map(all -> first(all, "immediate")
                        .flatMap(immediate -> NfTables.verdict(immediate).stream())
                        .findFirst()),
                Attempt.of(() -> NfTables.comment(rule)),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(rule.address()));
    }

    private static Stream<Value> first(List<Value> expressions, String kind) {
        return expressions.stream()
                .filter(expression -> NfTables.name(expression).equals(kind));
    }
}
