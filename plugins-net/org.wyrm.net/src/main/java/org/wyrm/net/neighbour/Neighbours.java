package org.wyrm.net.neighbour;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Neighbours, {@code struct neighbour}: which link addresses those of the network have. */
@ProvidesHelpers(names = "neigh_table_for_each_neighbor")
public final class Neighbours {
    private Neighbours() {}

    /**
     * {@return the neighbours of a table, {@code struct neighbour}, of all name spaces}
     *
     * @param table {@code struct neigh_table *}: {@code arp_tbl}, {@code nd_tbl}
     * @kernel include/net/neighbour.h
     */
    @KernelName("neigh_table_for_each_neighbor")
    public static Stream<Value> neighTableForEachNeighbor(Value table) {
        var program = table.program();
        var type = program.type("struct neighbour");
        var hash = table.member("nht");
        var shift = hash.member("hash_shift").longValue();
        if (shift >= Integer.SIZE) {
            throw new CorruptStructureException(
                    "neigh_hash_table", hash.longValue(), "it has 2^" + shift + " slots, more than any");
        }
        var slots = LongStream.range(0, 1L << shift).boxed();
        // Since Linux kernel commit a01a67ab2fff ("neighbour: Remove bare neighbour::next pointer") (in v6.13), the
        // chains are hlists. Before that, neighbour.next chains them.
        var heads = hash.findMember("hash_heads");
        if (heads.isPresent()) {
            return slots.flatMap(
                    slot -> Lists.hlistForEachEntry(type, heads.get().subscript(slot), "hash"));
        }
        var buckets = hash.member("hash_buckets");
        var next = Field.of(type, "next").byteOffset();
        return slots.flatMap(slot -> Walk.chain(
                        program,
                        "neighbour",
                        buckets.subscript(slot).longValue(),
                        0,
                        address -> program.memory().u64(address + next)))
                .map(address -> program.object(type, address));
    }
}
