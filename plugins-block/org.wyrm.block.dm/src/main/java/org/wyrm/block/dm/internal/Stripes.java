package org.wyrm.block.dm.internal;

import java.util.List;
import java.util.stream.LongStream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.block.dm.DmTables;
import org.wyrm.program.Value;

/**
 * The stripes of a target of type {@code striped}.
 *
 * @param chunkSectors how much of the target is on one before the next begins
 * @param each {@code struct stripe}
 */
record Stripes(long chunkSectors, List<Value> each) {
    static Stripes of(Value target) {
        var own = DmTables.ownData(target, "struct stripe_c");
        var count = own.member("stripes").longValue();
        var chunkSectors = own.member("chunk_size").longValue();
        if (count > target.member("len").longValue() / Math.max(1, chunkSectors)) {
            throw new CorruptStructureException(
                    "dm_target", target.address(), "it has " + count + " stripes, and not a chunk for each");
        }
        var all = own.member("stripe");
        return new Stripes(
                chunkSectors,
                LongStream.range(0, count).mapToObj(all::subscript).toList());
    }

    /** {@return the number of the device that a stripe is on, as {@code 252:3}} */
    static String device(Value stripe) {
        return stripe.member("dev").member("name").string();
    }
}
