package org.wyrm.linux.list;

import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/**
 * Doubly linked lists: {@code struct list_head}, and {@code struct hlist_head}, whose head is one pointer.
 *
 * <p>A head may be given as the object or as a pointer to it. Walks are lazy, and end with an error where a list does
 * not come back to its head.
 */
public final class Lists {
    private Lists() {}

    /**
     * {@return whether a list is empty}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_empty")
    public static boolean listEmpty(Value head) {
        return head.member("next").longValue() == addressOf(head);
    }

    /**
     * {@return the nodes of a list, {@code struct list_head}, without its head}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_for_each")
    public static Stream<Value> listForEach(Value head) {
        var program = head.program();
        var type = program.type("struct list_head");
        return nodes(head).map(address -> program.object(type, address));
    }

    /**
     * {@return the structures in a list}
     *
     * @param type the structure's type
     * @param head {@code struct list_head *}
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_for_each_entry")
    public static Stream<Value> listForEachEntry(TargetType type, Value head, String member) {
        var program = head.program();
        var offset = Field.of(type, member).byteOffset();
        return nodes(head).map(address -> program.object(type, address - offset));
    }

    /**
     * {@return the structures in a list whose every link back is checked}
     *
     * @param type the structure's type
     * @param head {@code struct list_head *}
     * @param member the {@code struct list_head} in the structure
     * @throws CorruptStructureException at the first node whose {@code prev} is not the node before it
     * @kernel include/linux/list.h
     */
    @KernelName("validate_list_for_each_entry")
    public static Stream<Value> validateListForEachEntry(TargetType type, Value head, String member) {
        var program = head.program();
        var offset = Field.of(type, member).byteOffset();
        var prev = program.field("struct list_head", "prev").byteOffset();
        var before = new long[] {addressOf(head)};
        return nodes(head).map(address -> {
            var back = program.memory().u64(address + prev);
            if (back != before[0]) {
                throw new CorruptStructureException(
                        "list_head", address, "prev is 0x%x, not 0x%x".formatted(back, before[0]));
            }
            before[0] = address;
            return program.object(type, address - offset);
        });
    }

    /**
     * {@return how many nodes a list has, without its head}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_count_nodes")
    public static long listCountNodes(Value head) {
        return nodes(head).count();
    }

    /**
     * {@return whether an hlist is empty}
     *
     * @param head {@code struct hlist_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("hlist_empty")
    public static boolean hlistEmpty(Value head) {
        return head.member("first").isNull();
    }

    /**
     * {@return the structures in an hlist}
     *
     * @param type the structure's type
     * @param head {@code struct hlist_head *}
     * @param member the {@code struct hlist_node} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("hlist_for_each_entry")
    public static Stream<Value> hlistForEachEntry(TargetType type, Value head, String member) {
        var program = head.program();
        var offset = Field.of(type, member).byteOffset();
        var next = program.field("struct hlist_node", "next").byteOffset();
        return Walk.chain(
                        program,
                        "hlist_node",
                        head.member("first").longValue(),
                        0,
                        node -> program.memory().u64(node + next))
                .map(address -> program.object(type, address - offset));
    }

    private static Stream<Long> nodes(Value head) {
        var program = head.program();
        var next = program.field("struct list_head", "next").byteOffset();
        var address = addressOf(head);
        var first = program.memory().u64(address + next);
        return Walk.chain(
                program, "list_head", first, address, node -> program.memory().u64(node + next));
    }

    private static long addressOf(Value object) {
        return object.type().unaliased() instanceof TargetType.PointerType ? object.longValue() : object.address();
    }
}
