package org.wyrm.net.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.net.internal.Chains.Slots;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/**
 * Where the kernel keeps sockets: hash tables by protocol, of all name spaces or of one. What a kernel has not, a protocol
 * of a module that is not loaded, has no sockets. A damaged table is told, and the others are walked.
 */
final class SocketTables {
    /** {@code UNIX_HASH_SIZE}; twice that of before v6.0. */
    private static final long UNIX_SLOTS = 512;

    /** {@code MAX_LINKS}. */
    private static final long NETLINK_PROTOCOLS = 32;

    private final Program program;
    private final List<Value> nets;
    private final Consumer<DebuggerException> damage;
    private final Chains chains;
    private final TargetType sock;
    private final long node;

    /**
     * @param nets {@code struct net}: the name spaces whose tables are walked; what they share has those of others, too
     * @param damage is told what could not be walked
     */
    SocketTables(Program program, List<Value> nets, Consumer<DebuggerException> damage) {
        this.program = program;
        this.nets = nets;
        this.damage = damage;
        this.chains = new Chains(program, damage);
        this.sock = program.type("struct sock");
        this.node = Field.of(sock, "__sk_common.skc_node").byteOffset();
    }

    /** {@return the sockets of a kind, {@code struct sock}} */
    Stream<Value> of(SocketKind kind) {
        return guarded(() -> tables(kind));
    }

    /** What a table says of itself is read when it is its turn; damage there leaves out that table. */
    private Stream<Value> guarded(Supplier<Stream<Value>> table) {
        var found = Attempt.of(table);
        if (found instanceof Attempt.Failure<Stream<Value>> failure) {
            damage.accept(failure.error());
        }
        return found.orElse(Stream.empty());
    }

    private Stream<Value> tables(SocketKind kind) {
        return switch (kind) {
            case TCP ->
                distinct(net -> net.member("ipv4").member("tcp_death_row").member("hashinfo"))
                        .flatMap(table -> guarded(() -> ofTcp(table)));
            case UDP -> distinct(this::udpTable).flatMap(table -> guarded(() -> ofUdp(table)));
            case RAW ->
                Stream.of("raw_v4_hashinfo", "raw_v6_hashinfo")
                        .flatMap(name -> program.findVariable(name).stream())
                        .flatMap(table -> ofArray(table.member("ht")));
            case UNIX -> ofUnix();
            case NETLINK -> ofNetlink();
            case PACKET ->
                nets.stream()
                        .flatMap(net -> net.findMember("packet").stream())
                        .flatMap(packet ->
                                socks(new Slots(packet.member("sklist").address(), Long.BYTES, 1)));
        };
    }

    /** What several name spaces share is walked once. */
    private Stream<Value> distinct(Function<Value, Value> table) {
        var tables = new LinkedHashMap<Long, Value>();
        for (var net : nets) {
            var of = table.apply(net);
            tables.putIfAbsent(of.longValue(), of);
        }
        return tables.values().stream();
    }

    private Stream<Value> ofTcp(Value table) {
        var connected = new Slots(
                table.member("ehash").longValue(),
                Value.sizeOf(program.type("struct inet_ehash_bucket")),
                table.member("ehash_mask").longValue() + 1);
        return Stream.concat(listening(table), socks(connected));
    }

    private Stream<Value> listening(Value table) {
        var bucket = program.type("struct inet_listen_hashbucket");
        var head = Field.of(bucket, "nulls_head").byteOffset();
        // Since Linux kernel commit cae3873c5b3a ("net: inet: Retire port only listening_hash") (in v5.19), those that
        // listen are in lhash2 by that member. Before that, they are in listening_hash.
        var byPort = table.findMember("listening_hash");
        var slots = byPort.isPresent()
                ? new Slots(
                        byPort.get().address() + head,
                        Value.sizeOf(bucket),
                        byPort.get().elementCount())
                : new Slots(
                        table.member("lhash2").longValue() + head,
                        Value.sizeOf(bucket),
                        table.member("lhash2_mask").longValue() + 1);
        return socks(slots);
    }

    private Value udpTable(Value net) {
        // Since Linux kernel commit 9804985bf27f ("udp: Introduce optional per-netns hash table.") (in v6.2), each name
        // space points to its table. Before that, there is one.
        return net.member("ipv4")
                .findMember("udp_table")
                .orElseGet(() -> program.variable("udp_table").addressOf());
    }

    private Stream<Value> ofUdp(Value table) {
        var slot = program.type("struct udp_hslot");
        return socks(new Slots(
                table.member("hash").longValue() + Field.of(slot, "head").byteOffset(),
                Value.sizeOf(slot),
                table.member("mask").longValue() + 1));
    }

    private Stream<Value> ofUnix() {
        // Since Linux kernel commit cf2f225e2653 ("af_unix: Put a socket into a per-netns hash table.") (in v6.0), each
        // name space has a table. Before that, there is one.
        var old = program.findVariable("unix_socket_table");
        return old.isPresent() ? ofArray(old.get()) : nets.stream().flatMap(net -> guarded(() -> ofUnix(net)));
    }

    private Stream<Value> ofUnix(Value net) {
        return net.findMember("unx")
                .map(unix -> unix.member("table").member("buckets").longValue())
                // Null where the protocol's module is not loaded.
                .filter(buckets -> buckets != 0)
                .map(buckets -> socks(new Slots(buckets, Long.BYTES, UNIX_SLOTS)))
                .orElse(Stream.empty());
    }

    private Stream<Value> ofNetlink() {
        var type = program.type("struct netlink_sock");
        var member = Field.of(type, "node").byteOffset();
        var tables = program.variable("nl_table");
        var hashes = new RhashTable(program, chains);
        return LongStream.range(0, NETLINK_PROTOCOLS)
                .mapToObj(tables::subscript)
                .flatMap(table -> guarded(() -> {
                    var hash = table.member("hash");
                    // A protocol that nobody made has an empty place.
                    return hash.member("tbl").isNull()
                            ? Stream.empty()
                            : chains.tolerant(hashes.heads(hash))
                                    .map(address -> program.object(sock, address - member));
                }));
    }

    private Stream<Value> ofArray(Value heads) {
        return socks(new Slots(heads.address(), Long.BYTES, heads.elementCount()));
    }

    private Stream<Value> socks(Slots slots) {
        return chains.of("sock", slots, 0).map(address -> program.object(sock, address - node));
    }
}
