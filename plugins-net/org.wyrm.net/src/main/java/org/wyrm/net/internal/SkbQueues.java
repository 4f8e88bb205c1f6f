package org.wyrm.net.internal;

import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.net.pktsched.Qdiscs;
import org.wyrm.net.sock.Socks;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** Where packets wait: queues of sockets, of devices and of CPUs. What is damaged is told, and the rest goes on. */
final class SkbQueues {
    private static final long MAX_FLOWS = 1 << 16;
    private static final long MAX_RING = 1 << 20;

    private final Program program;
    private final TargetType type;
    private final LongUnaryOperator next;
    private final Consumer<DebuggerException> damage;
    private final Consumer<String> warnings;

    SkbQueues(Program program, Consumer<DebuggerException> damage, Consumer<String> warnings) {
        this.program = program;
        this.type = program.type("struct sk_buff");
        var offset = program.field("struct sk_buff", "next").byteOffset();
        this.next = address -> program.memory().u64(address + offset);
        this.damage = damage;
        this.warnings = warnings;
    }

    /**
     * A packet that waits.
     *
     * @param queue what for: {@code receive}, {@code write}
     * @param skb {@code struct sk_buff}
     */
    record Waiting(String queue, Value skb) {}

    /** {@return what waits at a socket, {@code struct sock}} */
    Stream<Waiting> ofSocket(SocketKind kind, Value sk) {
        if (tolerant(() -> Stream.of(Socks.skFullsock(sk))).noneMatch(isFull -> isFull)) {
            return Stream.empty();
        }
        var common = Stream.of(
                queue("receive", () -> list(sk.member("sk_receive_queue"))),
                queue("write", () -> list(sk.member("sk_write_queue"))),
                queue("error", () -> list(sk.member("sk_error_queue"))),
                queue("backlog", () -> chain(sk.member("sk_backlog").member("head"))));
        var own = switch (kind) {
            case TCP ->
                Stream.of(
                        queue("retransmit", () -> tree(sk.member("tcp_rtx_queue"))),
                        queue("out of order", () -> tree(as(sk, "struct tcp_sock", "out_of_order_queue"))));
            case UDP -> Stream.of(queue("reader", () -> list(as(sk, "struct udp_sock", "reader_queue"))));
            default -> Stream.<Stream<Waiting>>empty();
        };
        return Stream.concat(common, own).flatMap(each -> each);
    }

    /** {@return the devices of a name space, {@code struct net_device}} */
    Stream<Value> devices(Value net) {
        return tolerant(() -> NetDevices.forEachNetdev(net));
    }

    /** {@return what waits to be sent by a device, {@code struct net_device}} */
    Stream<Waiting> ofDevice(Value device) {
        var qdiscs = tolerant(() -> Qdiscs.forEachQdisc(device)).toList();
        return qdiscs.stream()
                .flatMap(qdisc -> tolerant(() -> {
                    var waiting = ofQdisc(qdisc).toList();
                    var has = qdisc.member("q").member("qlen").longValue();
                    if (waiting.isEmpty() && has > 0 && qdiscs.stream().noneMatch(other -> isBelow(other, qdisc))) {
                        warnings.accept("%d packets of the %s of %s are not listed: it keeps them in a way of its own"
                                .formatted(has, kind(qdisc), NetDevices.netdevName(device)));
                    }
                    return waiting.stream();
                }));
    }

    private static boolean isBelow(Value qdisc, Value parent) {
        return qdisc.address() != parent.address()
                && qdisc.member("parent").intValue() >>> 16
                        == parent.member("handle").intValue() >>> 16;
    }

    private static String kind(Value qdisc) {
        return qdisc.member("ops").member("id").string();
    }

    private Stream<Waiting> ofQdisc(Value qdisc) {
        var name = kind(qdisc);
        var common = Stream.of(
                queue(name, () -> chain(qdisc.member("q").member("head"))),
                queue(name + " again", () -> list(qdisc.member("gso_skb"))),
                queue(name + " bad", () -> list(qdisc.member("skb_bad_txq"))));
        var own = switch (name) {
            case "pfifo_fast" -> queue(name, () -> rings(qdisc));
            case "fq_codel" -> queue(name, () -> flows(privateData(qdisc, "struct fq_codel_sched_data")));
            default -> Stream.<Waiting>empty();
        };
        return Stream.concat(common.flatMap(each -> each), own);
    }

    /** {@code pfifo_fast}: a ring for each priority. */
    private Stream<Value> rings(Value qdisc) {
        return privateData(qdisc, "struct pfifo_fast_priv")
                .member("q")
                .elements()
                .flatMap(array -> tolerant(() -> ring(array.member("ring"))));
    }

    /**
     * {@code struct ptr_ring}: pointers from where they are taken on to one that is null. Those between {@code consumer_tail}
     * and {@code consumer_head} were taken already; they are cleared some at a time.
     */
    Stream<Value> ring(Value ring) {
        var size = ring.member("size").longValue();
        var head = ring.member("consumer_head").longValue();
        var tail = ring.member("consumer_tail").longValue();
        if (size <= 0 || size > MAX_RING || head < 0 || head >= size || tail < 0 || tail >= size) {
            throw new CorruptStructureException(
                    "ptr_ring", ring.address(), "it has %d places, the next is %d, %d".formatted(size, head, tail));
        }
        var first = ring.member("queue").longValue();
        var taken = Math.floorMod(head - tail, size);
        return LongStream.range(0, size - taken)
                .map(index -> program.memory().u64(first + (head + index) % size * Long.BYTES))
                .takeWhile(skb -> skb != 0)
                .mapToObj(skb -> program.object(type, skb));
    }

    /** {@code struct fq_codel_sched_data}: a list for each flow. */
    Stream<Value> flows(Value codel) {
        var count = codel.member("flows_cnt").longValue();
        if (count > MAX_FLOWS) {
            throw new CorruptStructureException(
                    "fq_codel_sched_data", codel.address(), "it has %d flows".formatted(count));
        }
        var flows = codel.member("flows");
        return LongStream.range(0, count)
                .mapToObj(flows::subscript)
                .flatMap(flow -> tolerant(() -> chain(flow.member("head"))));
    }

    private Value privateData(Value qdisc, String name) {
        return program.object(program.type(name), qdisc.member("privdata").address());
    }

    /** {@return what a CPU has taken from devices and not worked on, and what it has sent and not freed} */
    Stream<Waiting> ofCpu(int cpu) {
        Supplier<Value> softnet = () -> Percpu.perCpu(program.variable("softnet_data"), cpu);
        return Stream.of(
                        queue("input", () -> list(softnet.get().member("input_pkt_queue"))),
                        queue("process", () -> list(softnet.get().member("process_queue"))),
                        queue("completion", () -> chain(softnet.get().member("completion_queue"))))
                .flatMap(each -> each);
    }

    /** {@return the CPUs that may have some} */
    Stream<Integer> cpus() {
        return Cpumasks.forEachPossibleCpu(program).boxed();
    }

    private Stream<Waiting> queue(String name, Supplier<Stream<Value>> walk) {
        return tolerant(walk).map(skb -> new Waiting(name, skb));
    }

    private <T> Stream<T> tolerant(Supplier<Stream<T>> walk) {
        return Walk.tolerant(walk, damage);
    }

    /** {@code struct sk_buff_head}: a circle. */
    private Stream<Value> list(Value head) {
        var end = head.address();
        return skbs(program.memory().u64(end), end);
    }

    /** A pointer to the first of some. */
    private Stream<Value> chain(Value first) {
        return skbs(first.longValue(), 0);
    }

    private Stream<Value> skbs(long first, long end) {
        return Walk.chain(program, "sk_buff", first, end, next).map(address -> program.object(type, address));
    }

    private Stream<Value> tree(Value root) {
        return Rbtrees.rbtreeInorderForEachEntry(type, root, "rbnode");
    }

    private Value as(Value sk, String name, String member) {
        return program.object(program.type(name), sk.address()).member(member);
    }
}
