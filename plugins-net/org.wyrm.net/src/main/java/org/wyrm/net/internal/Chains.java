package org.wyrm.net.internal;

import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;

/** Hash tables whose chains end with 0 or, in lists of nulls, with an odd number. A damaged chain does not end a walk. */
final class Chains {
    private final Program program;
    private final Consumer<DebuggerException> damage;

    /** @param damage is told why a chain, or a table, could not be followed to its end */
    Chains(Program program, Consumer<DebuggerException> damage) {
        this.program = program;
        this.damage = damage;
    }

    /**
     * Slots of a table.
     *
     * @param first the address of the first slot's pointer
     * @param byteSize from one slot to the next
     */
    record Slots(long first, long byteSize, long count) {}

    /** {@return the addresses of what is in the chains of a table} */
    Stream<Long> of(String kind, Slots slots, long nextOffset) {
        return of(
                kind,
                slots,
                LongUnaryOperator.identity(),
                address -> program.memory().u64(address + nextOffset));
    }

    /**
     * {@return the addresses of what is in the chains of a table}
     *
     * @param first what the pointer in a slot says, cleared of its flags
     */
    Stream<Long> of(String kind, Slots slots, LongUnaryOperator first, LongUnaryOperator next) {
        var heads = LongStream.range(0, slots.count).boxed().map(slot -> {
            program.cancellation().check();
            return first.applyAsLong(program.memory().u64(slots.first + slot * slots.byteSize));
        });
        return tolerant(heads)
                .filter(head -> !isEnd(head))
                .flatMap(head -> tolerant(Walk.chain(program, kind, head, 0, node -> orZero(next.applyAsLong(node)))));
    }

    /** {@return the same, up to where it cannot be read} */
    <T> Stream<T> tolerant(Stream<T> stream) {
        return Walk.tolerant(stream, damage);
    }

    private static boolean isEnd(long pointer) {
        return pointer == 0 || (pointer & 1) != 0;
    }

    private static long orZero(long pointer) {
        return isEnd(pointer) ? 0 : pointer;
    }
}
