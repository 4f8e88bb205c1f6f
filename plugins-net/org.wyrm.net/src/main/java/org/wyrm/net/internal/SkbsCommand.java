package org.wyrm.net.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.net.internal.SkbQueues.Waiting;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.netnamespace.NetOption;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists packets that wait. */
@ProvidesCommand(
        name = "skbs",
        summary = "list the packets that wait at sockets, devices and CPUs",
        row = SkbsCommand.Row.class,
        target = Program.class)
public final class SkbsCommand implements Command<SkbsCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--sock"},
                    argument = "ADDRESS",
                    help = "those of one socket only, by the address of its struct sock, as ss tells it")
            OptionalLong sock,

            @Flag(
                    names = {"--net"},
                    argument = NetOption.ARGUMENT,
                    help = NetOption.HELP)
            OptionalLong net) {}

    /**
     * A packet.
     *
     * @param queue what it waits for: of sockets {@code receive}, {@code reader}, {@code write}, {@code retransmit},
     *     {@code out of order}, {@code backlog}, {@code error}; of devices the queueing discipline, with {@code again} where
     *     the device did not take it and {@code bad} where it may not go; of CPUs {@code input}, {@code process},
     *     {@code completion}
     * @param of the two ends of a socket, the device, or the CPU
     * @param length of what it holds
     * @param inFragments the part of it that lies in pages of its own
     * @param truesize the memory that it takes
     * @param protocol of its outermost header, {@code ip}, {@code ip6}, {@code arp}
     * @param packet the ends in its headers; of a socket of TCP, the part of the stream
     * @param sk the {@code struct sock} that it waits at, else that which it is from
     * @param skb its {@code struct sk_buff}
     */
    public record Row(
            String queue,
            Attempt<String> of,
            Attempt<ByteSize> length,
            Attempt<ByteSize> inFragments,
            Attempt<ByteSize> truesize,
            Attempt<Optional<String>> protocol,
            Attempt<Optional<String>> packet,
            Attempt<Optional<VirtualAddress>> sk,
            VirtualAddress skb) {}

    /** What has packets, and how to call it: a socket of a kind, or what is none. */
    private record Holder(Optional<SocketKind> kind, Optional<Value> sk, Supplier<String> name) {
        Holder(Supplier<String> name) {
            this(Optional.empty(), Optional.empty(), name);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var nets = NetOption.nets(program, options.net);
        var queues = new SkbQueues(program, error -> context.warn("packets: " + error.getMessage()), context::warn);
        var ofSockets = Arrays.stream(SocketKind.values())
                .flatMap(kind -> new SocketTables(
                                program, nets, error -> context.warn(kind + " sockets: " + error.getMessage()))
                        .of(kind)
                        .filter(sk -> isWanted(sk, nets, options))
                        .flatMap(sk -> rows(
                                new Holder(Optional.of(kind), Optional.of(sk), () -> ends(new SocketTraits(kind, sk))),
                                queues.ofSocket(kind, sk))));
        if (options.sock.isPresent()) {
            return ofSockets;
        }
        var ofDevices = nets.stream()
                .flatMap(queues::devices)
                .flatMap(device -> rows(new Holder(() -> NetDevices.netdevName(device)), queues.ofDevice(device)));
        var ofCpus = options.net.isPresent()
                ? Stream.<Row>empty()
                : queues.cpus().flatMap(cpu -> rows(new Holder(() -> "cpu " + cpu), queues.ofCpu(cpu)));
        return Stream.of(ofSockets, ofDevices, ofCpus).flatMap(rows -> rows);
    }

    private static boolean isWanted(Value sk, List<Value> nets, Options options) {
        if (options.sock.isPresent()) {
            return sk.address() == options.sock.getAsLong();
        }
        // What is shared by name spaces has sockets of all.
        return options.net.isEmpty()
                || Attempt.of(() -> SocketTraits.net(sk).address()
                                == nets.getFirst().address())
                        .orElse(true);
    }

    private static String ends(SocketTraits socket) {
        return "%s %s > %s".formatted(socket.netid(), socket.local(), socket.peer());
    }

    private static Stream<Row> rows(Holder holder, Stream<Waiting> waiting) {
        return waiting.map(packet -> row(holder, packet.queue(), packet.skb()));
    }

    private static Row row(Holder holder, String queue, Value skb) {
        return new Row(
                queue,
                Attempt.of(holder.name),
                Attempt.of(() -> new ByteSize(skb.member("len").longValue())),
                Attempt.of(() -> new ByteSize(skb.member("data_len").longValue())),
                Attempt.of(() -> new ByteSize(skb.member("truesize").longValue())),
                Attempt.of(() -> PacketText.protocol(skb)),
                Attempt.of(() -> holder.kind.equals(Optional.of(SocketKind.TCP))
                        ? Optional.of(PacketText.segment(skb))
                        : PacketText.headers(skb)),
                Attempt.of(() -> Optional.of(holder.sk
                                .map(Value::address)
                                .orElseGet(() -> skb.member("sk").longValue()))
                        .filter(sk -> sk != 0)
                        .map(VirtualAddress::new)),
                new VirtualAddress(skb.address()));
    }
}
