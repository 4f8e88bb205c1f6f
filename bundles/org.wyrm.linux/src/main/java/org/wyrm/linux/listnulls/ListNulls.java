package org.wyrm.linux.listnulls;

import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/**
 * Lists for hash tables that are read without locks: {@code struct hlist_nulls_head}. They end with an odd number in
 * place of a null pointer, which tells the reader the table's slot that it ended in.
 */
@ProvidesHelpers(names = {"hlist_nulls_empty", "hlist_nulls_for_each_entry", "is_a_nulls"})
public final class ListNulls {
    private ListNulls() {}

    /**
     * {@return whether a pointer is the end of a list}
     *
     * @param pointer {@code struct hlist_nulls_node *}
     * @kernel include/linux/list_nulls.h
     */
    @KernelName("is_a_nulls")
    public static boolean isANulls(Value pointer) {
        return isEnd(pointer.longValue());
    }

    /**
     * {@return whether a list is empty}
     *
     * @param head {@code struct hlist_nulls_head *}
     * @kernel include/linux/list_nulls.h
     */
    @KernelName("hlist_nulls_empty")
    public static boolean hlistNullsEmpty(Value head) {
        return isANulls(head.member("first"));
    }

    /**
     * {@return the structures in a list}
     *
     * @param type the structure's type
     * @param head {@code struct hlist_nulls_head *}
     * @param member the {@code struct hlist_nulls_node} in the structure by which it is in this list
     * @kernel include/linux/rculist_nulls.h
     */
    @KernelName("hlist_nulls_for_each_entry")
    public static Stream<Value> hlistNullsForEachEntry(TargetType type, Value head, String member) {
        var program = head.program();
        var memory = program.memory();
        var offset = Field.of(type, member).byteOffset();
        var next = program.field("struct hlist_nulls_node", "next").byteOffset();
        var first = head.member("first").longValue();
        return Walk.chain(program, "hlist_nulls_node", orZero(first), 0, node -> orZero(memory.u64(node + next)))
                .map(address -> program.object(type, address - offset));
    }

    private static boolean isEnd(long pointer) {
        return (pointer & 1) != 0;
    }

    private static long orZero(long pointer) {
        return isEnd(pointer) ? 0 : pointer;
    }
}
