package org.wyrm.fs.ext4.jbd2;

import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Structures of which each points to the next, and the last to the first. */
final class Ring {
    private Ring() {}

    /**
     * {@return the structures of a ring, from one of them on}
     *
     * @param type of each
     * @param first the address of one; 0 where there is none
     * @param member that points to the next
     */
    static Stream<Value> of(Program program, String type, long first, String member) {
        if (first == 0) {
            return Stream.empty();
        }
        var element = program.type(type);
        var field = program.field(type, member);
        LongUnaryOperator next = address -> {
            var following = program.object(element, address).member(field).longValue();
            if (following == 0) {
                throw new CorruptStructureException(type, address, "its " + member + " is null, and not the next");
            }
            return following;
        };
        // What follows the first is read when it is wanted.
        var others = Stream.of(first).flatMap(start -> Walk.chain(program, type, next.applyAsLong(start), start, next));
        return Stream.concat(Stream.of(first), others).map(address -> program.object(element, address));
    }
}
