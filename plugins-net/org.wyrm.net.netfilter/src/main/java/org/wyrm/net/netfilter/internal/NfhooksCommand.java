package org.wyrm.net.netfilter.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netfilter.Netfilter;
import org.wyrm.net.netfilter.Netfilter.Hook;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists what looks at packets on their way, as {@code nft list hooks} does. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=nf_register_net_hook)", effective = "target")
@ProvidesCommand(
        name = "nfhooks",
        summary = "list what of netfilter looks at packets, in its order: chains of nft, iptables, connection tracking",
        row = NfhooksCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "nfhooks", title = "Netfilter hooks", command = "nfhooks", rank = 1260)
public final class NfhooksCommand implements Command<NfhooksCommand.Options> {
    private static final long NF_HOOK_OP_NF_TABLES = 1;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * One that looks at packets.
     *
     * @param family whose packets: {@code ip}, {@code ip6}, {@code arp}, {@code bridge}, {@code netdev}
     * @param hook where on their way
     * @param device of {@code netdev}, whose packets
     * @param priority those of lower ones come first
     * @param function what is called
     * @param module that it is of; none of the kernel itself
     * @param chain of nf_tables, table and chain; of x_tables, the table
     * @param net the inode number of its name space
     * @param ops its {@code struct nf_hook_ops}
     */
    public record Row(
            String family,
            String hook,
            Attempt<Optional<String>> device,
            Attempt<Integer> priority,
            Attempt<String> function,
            Attempt<Optional<String>> module,
            Attempt<Optional<String>> chain,
            Attempt<Long> net,
            VirtualAddress ops) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return NetOption.nets(program, options.net).stream()
                .flatMap(net -> Netfilter.forEachHook(
                                net, error -> context.warn("netfilter hooks: " + error.getMessage()))
                        .map(hook -> row(net, hook)));
    }

    private static Row row(Value net, Hook hook) {
        var program = net.program();
        var symbol =
                Attempt.of(() -> program.symbolsAt(hook.function()).stream().findFirst());
        return new Row(
                hook.family(),
                hook.hook(),
                Attempt.of(() -> hook.device().map(NetDevices::netdevName)),
                Attempt.of(() -> hook.ops().member("priority").intValue()),
                symbol.map(found -> found.map(known -> known.name()).orElse("0x%x".formatted(hook.function()))),
                symbol.map(found -> found.flatMap(known -> known.module())),
                Attempt.of(() -> chain(hook)),
                Attempt.of(() -> NetNamespaces.inode(net)),
                new VirtualAddress(hook.ops().address()));
    }

    private static Optional<String> chain(Hook hook) {
        var program = hook.ops().program();
        // Since Linux kernel commit 7b4b2fa37587 ("netfilter: annotate nf_tables base hook ops") (in v5.14), hooks of
        // nf_tables are marked. Before that, nothing tells them from others.
        var kind = hook.ops().findMember("hook_ops_type").map(Value::longValue).orElse(0L);
        if (kind != NF_HOOK_OP_NF_TABLES) {
            return Optional.empty();
        }
        var chain = program.object(program.type("struct nft_chain"), hook.priv());
        var table = chain.member("table");
        return Optional.of(NftCommand.family(table, "family") + " "
                + table.member("name").string() + " " + chain.member("name").string());
    }
}
