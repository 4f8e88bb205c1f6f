package org.wyrm.linux.llist;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/**
 * Singly linked lists that need no lock, the youngest entry first: {@code struct llist_head}.
 *
 * <p>Walks begin at a node and not at a head, as the kernel's do: at {@code head.member("first")}.
 */
@ProvidesHelpers(
        names = {
            "llist_empty",
            "llist_first_entry",
            "llist_first_entry_or_null",
            "llist_for_each",
            "llist_for_each_entry",
            "llist_is_singular",
            "llist_next_entry"
        })
public final class Llists {
    private static final String FIRST = "first";
    private static final String NEXT = "next";

    private Llists() {}

    /**
     * {@return whether a list is empty}
     *
     * @param head {@code struct llist_head *}
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_empty")
    public static boolean llistEmpty(Value head) {
        return head.member(FIRST).isNull();
    }

    /**
     * {@return whether a list has just one entry}
     *
     * @param head {@code struct llist_head *}
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_is_singular")
    public static boolean llistIsSingular(Value head) {
        var first = head.member(FIRST);
        return !first.isNull() && first.member(NEXT).isNull();
    }

    /**
     * {@return the first structure in a list that is not empty}
     *
     * @param head {@code struct llist_head *}
     * @param type the structure's type
     * @param member the {@code struct llist_node} in the structure by which it is in this list
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_first_entry")
    public static Value llistFirstEntry(Value head, TargetType type, String member) {
        return head.member(FIRST).containerOf(type, member);
    }

    /**
     * {@return the first structure in a list, or empty if the list is}
     *
     * @param head {@code struct llist_head *}
     * @param type the structure's type
     * @param member the {@code struct llist_node} in the structure by which it is in this list
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_first_entry_or_null")
    public static Optional<Value> llistFirstEntryOrNull(Value head, TargetType type, String member) {
        return llistEmpty(head) ? Optional.empty() : Optional.of(llistFirstEntry(head, type, member));
    }

    /**
     * {@return the structure after another one that is not the last}
     *
     * @param entry {@code type *}
     * @param member the {@code struct llist_node} in the structure by which it is in this list
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_next_entry")
    public static Value llistNextEntry(Value entry, String member) {
        var type = Walk.typeOf(entry);
        var field = Field.of(type, member);
        return entry.member(field).member(NEXT).containerOf(type, field);
    }

    /**
     * {@return the nodes of a list from one on, {@code struct llist_node}}
     *
     * @param node {@code struct llist_node *}; may be null
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_for_each")
    public static Stream<Value> llistForEach(Value node) {
        var program = node.program();
        var type = program.type("struct llist_node");
        return nodes(node).map(address -> program.object(type, address));
    }

    /**
     * {@return the structures in a list, from that of a node on}
     *
     * @param type the structure's type
     * @param node {@code struct llist_node *}; may be null
     * @param member the {@code struct llist_node} in the structure by which it is in this list
     * @kernel include/linux/llist.h
     */
    @KernelName("llist_for_each_entry")
    public static Stream<Value> llistForEachEntry(TargetType type, Value node, String member) {
        var program = node.program();
        var offset = Field.of(type, member).byteOffset();
        return nodes(node).map(address -> program.object(type, address - offset));
    }

    private static Stream<Long> nodes(Value node) {
        var program = node.program();
        var memory = program.memory();
        var next = program.field("struct llist_node", NEXT).byteOffset();
        return Walk.chain(program, "llist_node", Walk.addressOf(node), 0, each -> memory.u64(each + next));
    }
}
