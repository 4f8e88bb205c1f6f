package org.wyrm.net.internal;

import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Tables of IPv6 routes: a binary tree of {@code struct fib6_node} for each. A node names its parent and decides by a bit
 * further down than it; one that does not is damaged, so a walk ends.
 *
 * @kernel net/ipv6/ip6_fib.c
 */
final class Fib6Tree {
    /** {@code RTN_RTINFO}: a node has routes of its own; else it points to some of a node below it. */
    private static final int RTN_RTINFO = 4;

    /** {@code FIB6_TABLE_HASHSZ}, with and without rules that choose a table. */
    private static final int TABLE_SLOTS = 256;

    private final Program program;
    private final long next;

    /** What the nodes of a tree decide by. */
    private enum Trees {
        BY_DESTINATION,
        BY_SOURCE
    }

    Fib6Tree(Program program) {
        this.program = program;
        this.next = program.field("struct fib6_info", "fib6_next").byteOffset();
    }

    /**
     * A route.
     *
     * @param table the number of its table
     * @param info {@code struct fib6_info}
     */
    record Route(long table, Value info) {}

    /**
     * {@return the routes of a name space, but for the one that stands for none}
     *
     * @param net {@code struct net *}
     */
    static Stream<Route> routes(Value net) {
        var heads = net.findMember("ipv6")
                .flatMap(ipv6 -> ipv6.findMember("fib_table_hash"))
                .filter(table -> !table.isNull());
        return heads.isEmpty() ? Stream.empty() : new Fib6Tree(net.program()).routes(net.member("ipv6"), heads.get());
    }

    private Stream<Route> routes(Value ipv6, Value heads) {
        var none = ipv6.member("fib6_null_entry").longValue();
        var type = program.type("struct fib6_table");
        return LongStream.range(0, ipv6.hasMember("fib6_local_tbl") ? TABLE_SLOTS : 1)
                .mapToObj(heads::subscript)
                .flatMap(head -> Lists.hlistForEachEntry(type, head, "tb6_hlist"))
                .flatMap(table -> ofNode(table.member("tb6_root"), 0, -1, Trees.BY_DESTINATION, info -> info != none)
                        .map(info -> new Route(table.member("tb6_id").longValue(), info)));
    }

    private Stream<Value> ofNode(Value node, long parent, long bitAbove, Trees trees, LongPredicate isRoute) {
        program.cancellation().check();
        var bit = node.member("fn_bit").longValue();
        if (node.member("parent").longValue() != parent || bit <= bitAbove) {
            throw new CorruptStructureException(
                    "fib6_node", node.address(), "it is below the node at 0x%x, and says otherwise".formatted(parent));
        }
        var own = (node.member("fn_flags").intValue() & RTN_RTINFO) == 0
                ? Stream.<Value>empty()
                : infos(node.member("leaf").longValue(), isRoute);
        var below = Stream.of("left", "right")
                .map(node::member)
                .filter(child -> !child.isNull())
                .flatMap(child -> ofNode(child.dereference(), node.address(), bit, trees, isRoute));
        return Stream.of(own, trees == Trees.BY_SOURCE ? Stream.<Value>empty() : bySource(node, isRoute), below)
                .flatMap(each -> each);
    }

    /** Routes that depend on where a packet is from, too, have a tree of sources; that has no such trees. */
    private Stream<Value> bySource(Value node, LongPredicate isRoute) {
        return Optional.of(node).flatMap(each -> each.findMember("subtree")).filter(tree -> !tree.isNull()).stream()
                .flatMap(tree -> ofNode(tree.dereference(), node.address(), -1, Trees.BY_SOURCE, isRoute));
    }

    private Stream<Value> infos(long first, LongPredicate isRoute) {
        var type = program.type("struct fib6_info");
        return Walk.chain(
                        program, "fib6_info", first, 0, info -> program.memory().u64(info + next))
                .filter(isRoute::test)
                .map(info -> program.object(type, info));
    }
}
