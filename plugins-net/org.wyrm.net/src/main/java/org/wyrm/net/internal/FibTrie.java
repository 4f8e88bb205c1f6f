package org.wyrm.net.internal;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/**
 * Tables of IPv4 routes: a trie of {@code struct key_vector} for each. A node looks at {@code bits} bits of the address,
 * {@code pos} bits above its end, and what is below it at bits further down; a node that does not is damaged, so a walk
 * ends. A leaf, which looks at none, has the routes of an address: {@code struct fib_alias}.
 *
 * @kernel net/ipv4/fib_trie.c
 */
final class FibTrie {
    private static final int ADDRESS_BITS = 32;

    /** {@code FIB_TABLE_HASHSZ}, with and without rules that choose a table. */
    private static final int TABLE_SLOTS = 256;

    private static final int TABLE_SLOTS_WITHOUT_RULES = 2;

    private final Program program;
    private final TargetType vector;
    private final long position;
    private final long bits;
    private final long children;

    FibTrie(Program program) {
        this.program = program;
        this.vector = program.type("struct key_vector");
        this.position = Field.of(vector, "pos").byteOffset();
        this.bits = Field.of(vector, "bits").byteOffset();
        this.children = Field.of(vector, "tnode").byteOffset();
    }

    /**
     * A route.
     *
     * @param table the number of its table
     * @param address the address that it is of
     * @param prefixBits how many bits of it count
     * @param alias {@code struct fib_alias}
     */
    record Route(long table, String address, int prefixBits, Value alias) {}

    /**
     * {@return the routes of a name space}
     *
     * @param net {@code struct net *}
     */
    Stream<Route> routes(Value net) {
        var ipv4 = net.member("ipv4");
        var heads = ipv4.member("fib_table_hash");
        return LongStream.range(0, ipv4.hasMember("rules_ops") ? TABLE_SLOTS : TABLE_SLOTS_WITHOUT_RULES)
                .mapToObj(heads::subscript)
                .flatMap(head -> Lists.hlistForEachEntry(program.type("struct fib_table"), head, "tb_hlist"))
                .flatMap(this::ofTable);
    }

    private Stream<Route> ofTable(Value table) {
        var number = table.member("tb_id").longValue();
        var trie = program.object(
                program.type("struct trie"), table.member("tb_data").longValue());
        var top = program.memory().u64(trie.member("kv").address() + children);
        // The tables main and local may share a trie.
        return top == 0
                ? Stream.empty()
                : leaves(top, ADDRESS_BITS)
                        .flatMap(leaf -> ofLeaf(number, leaf)
                                .filter(route -> route.alias.member("tb_id").longValue() == number));
    }

    private Stream<Value> leaves(long node, int limit) {
        program.cancellation().check();
        var width = program.memory().u8(node + bits);
        if (width == 0) {
            return Stream.of(program.object(vector, node));
        }
        var below = program.memory().u8(node + position);
        if (below + width > limit) {
            throw new CorruptStructureException(
                    "key_vector",
                    node,
                    "it looks at %d bits from bit %d on, where %d are left".formatted(width, below, limit));
        }
        return LongStream.range(0, 1L << width)
                .map(index -> program.memory().u64(node + children + index * Long.BYTES))
                .filter(child -> child != 0)
                .boxed()
                .flatMap(child -> leaves(child, below));
    }

    private Stream<Route> ofLeaf(long table, Value leaf) {
        var key = leaf.member("key").intValue();
        var address =
                Addresses.ipv4(new byte[] {(byte) (key >>> 24), (byte) (key >>> 16), (byte) (key >>> 8), (byte) key});
        return Lists.hlistForEachEntry(program.type("struct fib_alias"), leaf.member("leaf"), "fa_list")
                .map(alias -> new Route(
                        table, address, ADDRESS_BITS - alias.member("fa_slen").intValue(), alias));
    }
}
