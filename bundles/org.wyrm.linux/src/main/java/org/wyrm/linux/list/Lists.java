package org.wyrm.linux.list;

import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/**
 * Doubly linked lists: {@code struct list_head}, and {@code struct hlist_head}, whose head is one pointer.
 *
 * <p>A head may be given as the object or as a pointer to it, and so may an entry. Walks are lazy, and end with an error
 * where a list does not come back to its head. What they give are objects, of which nothing but the links was read.
 */
@ProvidesHelpers(
        names = {
            "hlist_empty",
            "hlist_for_each",
            "hlist_for_each_entry",
            "list_count_nodes",
            "list_empty",
            "list_first_entry",
            "list_first_entry_or_null",
            "list_for_each",
            "list_for_each_entry",
            "list_for_each_entry_reverse",
            "list_for_each_reverse",
            "list_is_singular",
            "list_last_entry",
            "list_next_entry",
            "list_prev_entry",
            "validate_list",
            "validate_list_count_nodes",
            "validate_list_for_each",
            "validate_list_for_each_entry"
        })
public final class Lists {
    private static final String LIST_HEAD = "struct list_head";
    private static final String NEXT = "next";
    private static final String PREV = "prev";

    private Lists() {}

    /**
     * {@return whether a list is empty}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_empty")
    public static boolean listEmpty(Value head) {
        return head.member(NEXT).longValue() == Walk.addressOf(head);
    }

    /**
     * {@return whether a list has just one entry}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_is_singular")
    public static boolean listIsSingular(Value head) {
        var next = head.member(NEXT).longValue();
        return next != Walk.addressOf(head) && next == head.member(PREV).longValue();
    }

    /**
     * {@return how many nodes a list has, without its head}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_count_nodes")
    public static long listCountNodes(Value head) {
        return nodes(head, NEXT).count();
    }

    // ---- single entries ----------------------------------------------------------------------------------------

    /**
     * {@return the first structure in a list; of an empty list, what the head would be a member of, as in C}
     *
     * @param head {@code struct list_head *}
     * @param type the structure's type
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_first_entry")
    public static Value listFirstEntry(Value head, TargetType type, String member) {
        return head.member(NEXT).containerOf(type, member);
    }

    /**
     * {@return the first structure in a list, or empty if the list is}
     *
     * @param head {@code struct list_head *}
     * @param type the structure's type
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_first_entry_or_null")
    public static Optional<Value> listFirstEntryOrNull(Value head, TargetType type, String member) {
        return listEmpty(head) ? Optional.empty() : Optional.of(listFirstEntry(head, type, member));
    }

    /**
     * {@return the last structure in a list; of an empty list, what the head would be a member of, as in C}
     *
     * @param head {@code struct list_head *}
     * @param type the structure's type
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_last_entry")
    public static Value listLastEntry(Value head, TargetType type, String member) {
        return head.member(PREV).containerOf(type, member);
    }

    /**
     * {@return the structure after another one; after the last, what the head would be a member of, as in C}
     *
     * @param entry {@code type *}
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_next_entry")
    public static Value listNextEntry(Value entry, String member) {
        return neighbour(entry, member, NEXT);
    }

    /**
     * {@return the structure before another one; before the first, what the head would be a member of, as in C}
     *
     * @param entry {@code type *}
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_prev_entry")
    public static Value listPrevEntry(Value entry, String member) {
        return neighbour(entry, member, PREV);
    }

    private static Value neighbour(Value entry, String member, String link) {
        var type = Walk.typeOf(entry);
        var field = Field.of(type, member);
        return entry.member(field).member(link).containerOf(type, field);
    }

    // ---- walks -------------------------------------------------------------------------------------------------

    /**
     * {@return the nodes of a list, {@code struct list_head}, without its head}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_for_each")
    public static Stream<Value> listForEach(Value head) {
        return objects(head, LIST_HEAD, nodes(head, NEXT));
    }

    /**
     * {@return the nodes of a list, {@code struct list_head}, the last first, without its head}
     *
     * @param head {@code struct list_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("list_for_each_reverse")
    public static Stream<Value> listForEachReverse(Value head) {
        return objects(head, LIST_HEAD, nodes(head, PREV));
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
        return entries(type, head, member, nodes(head, NEXT));
    }

    /**
     * {@return the structures in a list, the last first}
     *
     * @param type the structure's type
     * @param head {@code struct list_head *}
     * @param member the {@code struct list_head} in the structure by which it is in this list
     * @kernel include/linux/list.h
     */
    @KernelName("list_for_each_entry_reverse")
    public static Stream<Value> listForEachEntryReverse(TargetType type, Value head, String member) {
        return entries(type, head, member, nodes(head, PREV));
    }

    /**
     * {@return the structures in a list whose every link back is checked}
     *
     * @param type the structure's type
     * @param head {@code struct list_head *}
     * @param member the {@code struct list_head} in the structure
     * @throws CorruptStructureException at the first node, or the head, whose {@code prev} is not the node before it
     * @kernel include/linux/list.h
     */
    @KernelName("validate_list_for_each_entry")
    public static Stream<Value> validateListForEachEntry(TargetType type, Value head, String member) {
        return entries(type, head, member, validatedNodes(head));
    }

    /**
     * {@return the nodes of a list, {@code struct list_head}, whose every link back is checked}
     *
     * @param head {@code struct list_head *}
     * @throws CorruptStructureException at the first node, or the head, whose {@code prev} is not the node before it
     * @kernel include/linux/list.h
     */
    @KernelName("validate_list_for_each")
    public static Stream<Value> validateListForEach(Value head) {
        return objects(head, LIST_HEAD, validatedNodes(head));
    }

    /**
     * {@return how many nodes a list has, whose every link back is checked}
     *
     * @param head {@code struct list_head *}
     * @throws CorruptStructureException at the first node, or the head, whose {@code prev} is not the node before it
     * @kernel include/linux/list.h
     */
    @KernelName("validate_list_count_nodes")
    public static long validateListCountNodes(Value head) {
        return validatedNodes(head).count();
    }

    /**
     * Checks every link of a list.
     *
     * @param head {@code struct list_head *}
     * @throws CorruptStructureException at the first node, or the head, whose {@code prev} is not the node before it
     * @kernel include/linux/list.h
     */
    @KernelName("validate_list")
    public static void validateList(Value head) {
        validatedNodes(head).forEach(node -> {});
    }

    // ---- hlist -------------------------------------------------------------------------------------------------

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
     * {@return the nodes of an hlist, {@code struct hlist_node}}
     *
     * @param head {@code struct hlist_head *}
     * @kernel include/linux/list.h
     */
    @KernelName("hlist_for_each")
    public static Stream<Value> hlistForEach(Value head) {
        return objects(head, "struct hlist_node", hlistNodes(head));
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
        return entries(type, head, member, hlistNodes(head));
    }

    private static Stream<Long> hlistNodes(Value head) {
        var program = head.program();
        var first = head.member("first").longValue();
        return Walk.chain(program, "hlist_node", first, 0, link(program, "struct hlist_node", NEXT));
    }

    // ---- what they share ---------------------------------------------------------------------------------------

    private static Stream<Long> nodes(Value head, String direction) {
        var program = head.program();
        return chain(head, link(program, LIST_HEAD, direction));
    }

    private static Stream<Long> validatedNodes(Value head) {
        var program = head.program();
        var next = link(program, LIST_HEAD, NEXT);
        var prev = link(program, LIST_HEAD, PREV);
        return chain(head, node -> {
            var following = next.applyAsLong(node);
            var back = prev.applyAsLong(following);
            if (back != node) {
                throw new CorruptStructureException(
                        "list_head", following, "prev is 0x%x, not 0x%x".formatted(back, node));
            }
            return following;
        });
    }

    private static Stream<Long> chain(Value head, LongUnaryOperator next) {
        var address = Walk.addressOf(head);
        return Walk.chain(head.program(), "list_head", next.applyAsLong(address), address, next);
    }

    private static LongUnaryOperator link(Program program, String type, String member) {
        var memory = program.memory();
        var offset = program.field(type, member).byteOffset();
        return node -> memory.u64(node + offset);
    }

    private static Stream<Value> objects(Value head, String typeName, Stream<Long> nodes) {
        var program = head.program();
        var type = program.type(typeName);
        return nodes.map(address -> program.object(type, address));
    }

    private static Stream<Value> entries(TargetType type, Value head, String member, Stream<Long> nodes) {
        var program = head.program();
        var offset = Field.of(type, member).byteOffset();
        return nodes.map(address -> program.object(type, address - offset));
    }
}
