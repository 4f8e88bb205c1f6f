package org.wyrm.net.internal;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.internal.SocketOwners.Owner;
import org.wyrm.net.internal.SocketTraits.Queues;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists sockets, as {@code ss} does. */
@ProvidesCommand(
        name = "ss",
        summary = "list the sockets of all name spaces and who has them open",
        row = SsCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "sockets", title = "Sockets", command = "ss", rank = 1250)
public final class SsCommand implements Command<SsCommand.Options> {
    /** What the user may say; without a kind, all of them. */
    public record Options(
            @Flag(
                    names = {"-t", "--tcp"},
                    help = "TCP sockets")
            boolean tcp,

            @Flag(
                    names = {"-u", "--udp"},
                    help = "UDP sockets")
            boolean udp,

            @Flag(
                    names = {"-w", "--raw"},
                    help = "raw sockets")
            boolean raw,

            @Flag(
                    names = {"-x", "--unix"},
                    help = "Unix domain sockets")
            boolean unix,

            @Flag(
                    names = {"-k", "--netlink"},
                    help = "netlink sockets")
            boolean netlink,

            @Flag(
                    names = {"-0", "--packet"},
                    help = "packet sockets")
            boolean packet,

            @Flag(
                    names = {"-l", "--listening"},
                    help = "those that wait for what others send only")
            boolean listening,

            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {
        private boolean wants(SocketKind kind) {
            return switch (kind) {
                case TCP -> tcp;
                case UDP -> udp;
                case RAW -> raw;
                case UNIX -> unix;
                case NETLINK -> netlink;
                case PACKET -> packet;
            };
        }

        private List<SocketKind> kinds() {
            var wanted = Arrays.stream(SocketKind.values()).filter(this::wants).toList();
            return wanted.isEmpty() ? List.of(SocketKind.values()) : wanted;
        }
    }

    /**
     * One socket.
     *
     * @param recvQ bytes that nobody has read; of one that listens, connections that nobody has accepted
     * @param sendQ bytes that are not acknowledged or sent; of one that listens, how many connections may wait
     * @param timer of a TCP socket, the one that runs
     * @param owners the processes that have it open
     * @param net the inode number of its name space
     * @param sock its {@code struct sock}
     */
    public record Row(
            Attempt<String> netid,
            Attempt<String> state,
            Attempt<Optional<Long>> recvQ,
            Attempt<Optional<Long>> sendQ,
            Attempt<String> local,
            Attempt<String> peer,
            Attempt<Optional<SocketTimer>> timer,
            Attempt<OptionalLong> inode,
            Attempt<List<Owner>> owners,
            Attempt<Long> net,
            VirtualAddress sock) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var nets = NetOption.nets(program, options.net);
        var wanted = nets.stream().map(Value::address).collect(Collectors.toCollection(HashSet::new));
        var owners = SocketOwners.of(program, context::warn);
        return options.kinds().stream()
                .flatMap(kind -> new SocketTables(
                                program, nets, error -> context.warn(kind + " sockets: " + error.getMessage()))
                        .of(kind)
                        .filter(sk -> options.net.isEmpty()
                                || Attempt.of(() -> wanted.contains(
                                                new SocketTraits(kind, sk).net().address()))
                                        .orElse(true))
                        .filter(sk -> !options.listening
                                || Attempt.of(() -> new SocketTraits(kind, sk).isListening())
                                        .orElse(true))
                        .map(sk -> row(new SocketTraits(kind, sk), sk, owners)));
    }

    private static Row row(SocketTraits traits, Value sk, SocketOwners owners) {
        var queues = Attempt.of(traits::queues);
        return new Row(
                Attempt.of(traits::netid),
                Attempt.of(traits::state),
                queues.map(of -> of.map(Queues::received)),
                queues.map(of -> of.map(Queues::sent)),
                Attempt.of(traits::local),
                Attempt.of(traits::peer),
                Attempt.of(traits::timer),
                Attempt.of(traits::inode),
                Attempt.of(() -> owners.of(traits.socket())),
                Attempt.of(() -> NetNamespaces.inode(traits.net())),
                new VirtualAddress(sk.address()));
    }
}
