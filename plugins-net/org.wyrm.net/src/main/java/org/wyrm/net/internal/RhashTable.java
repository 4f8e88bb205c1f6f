package org.wyrm.net.internal;

import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.internal.Chains.Slots;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * A resizable hash table: {@code struct rhashtable}. A slot's low bit is a lock. A table that grew while memory was short
 * is nested: its slots are in pages, found by pages of pointers.
 *
 * @kernel include/linux/rhashtable.h
 */
final class RhashTable {
    /** {@code nest} is the slots of the first page, as a power of two: no page has more pointers than 2^16. */
    private static final long MOST_NESTED_BITS = 16;

    private final Program program;
    private final Chains chains;

    RhashTable(Program program, Chains chains) {
        this.program = program;
        this.chains = chains;
    }

    /**
     * {@return the addresses of the {@code struct rhash_head} in a table, and in that which it grows into}
     *
     * @param table {@code struct rhashtable}
     */
    Stream<Long> heads(Value table) {
        var future = program.field("struct bucket_table", "future_tbl").byteOffset();
        var first = table.member("tbl").longValue();
        var type = program.type("struct bucket_table");
        return chains.tolerant(Walk.chain(
                        program,
                        "bucket_table",
                        first,
                        0,
                        address -> program.memory().u64(address + future)))
                .flatMap(address -> ofBuckets(program.object(type, address)));
    }

    private Stream<Long> ofBuckets(Value buckets) {
        var first = buckets.member("buckets").address();
        var size = buckets.member("size").longValue();
        var nest = buckets.member("nest").longValue();
        // A slot without a chain points to itself, with the lowest bit set; a lock sets that bit, too.
        if (nest == 0) {
            return chains(new Slots(first, Long.BYTES, size), first);
        }
        if (nest > MOST_NESTED_BITS) {
            throw new CorruptStructureException("bucket_table", buckets.address(), "it is nested by 2^" + nest);
        }
        return pages(program.memory().u64(first), 1L << nest, size >>> nest);
    }

    /** The slots below a page of pointers. */
    private Stream<Long> pages(long page, long pointers, long slotsEach) {
        if (page == 0) {
            return Stream.empty();
        }
        var perPage = program.pageByteSize() / Long.BYTES;
        return chains.tolerant(LongStream.range(0, pointers)
                        .boxed()
                        .map(index -> program.memory().u64(page + index * Long.BYTES)))
                .filter(below -> below != 0)
                .flatMap(below -> slotsEach > perPage
                        ? pages(below, perPage, slotsEach / perPage)
                        : chains(new Slots(below, Long.BYTES, slotsEach), below));
    }

    private Stream<Long> chains(Slots slots, long firstSlot) {
        LongUnaryOperator unlocked = pointer -> {
            var address = pointer & ~1L;
            return address >= firstSlot && address < firstSlot + slots.count() * Long.BYTES ? 0 : address;
        };
        return chains.of(
                "rhash_head", slots, unlocked, address -> program.memory().u64(address));
    }
}
