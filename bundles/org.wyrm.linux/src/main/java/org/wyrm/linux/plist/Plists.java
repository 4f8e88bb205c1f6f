package org.wyrm.linux.plist;

import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/** Lists sorted by priority: {@code struct plist_head}, with a {@code struct plist_node} in each entry. */
@ProvidesHelpers(
        names = {
            "plist_first_entry",
            "plist_for_each",
            "plist_for_each_entry",
            "plist_head_empty",
            "plist_last_entry",
            "plist_node_empty"
        })
public final class Plists {
    private static final String NODE_LIST = "node_list";

    private Plists() {}

    /**
     * {@return whether a list is empty}
     *
     * @param head {@code struct plist_head *}
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_head_empty")
    public static boolean plistHeadEmpty(Value head) {
        return Lists.listEmpty(head.member(NODE_LIST));
    }

    /**
     * {@return whether a node is in no list}
     *
     * @param node {@code struct plist_node *}
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_node_empty")
    public static boolean plistNodeEmpty(Value node) {
        return Lists.listEmpty(node.member(NODE_LIST));
    }

    /**
     * {@return the first structure in a list that is not empty: that with the lowest number of priority}
     *
     * @param head {@code struct plist_head *}
     * @param type the structure's type
     * @param member the {@code struct plist_node} in the structure by which it is in this list
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_first_entry")
    public static Value plistFirstEntry(Value head, TargetType type, String member) {
        return Lists.listFirstEntry(head.member(NODE_LIST), type, inside(member));
    }

    /**
     * {@return the last structure in a list that is not empty}
     *
     * @param head {@code struct plist_head *}
     * @param type the structure's type
     * @param member the {@code struct plist_node} in the structure by which it is in this list
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_last_entry")
    public static Value plistLastEntry(Value head, TargetType type, String member) {
        return Lists.listLastEntry(head.member(NODE_LIST), type, inside(member));
    }

    /**
     * {@return the nodes of a list, {@code struct plist_node}, by priority}
     *
     * @param head {@code struct plist_head *}
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_for_each")
    public static Stream<Value> plistForEach(Value head) {
        var type = head.program().type("struct plist_node");
        return Lists.listForEachEntry(type, head.member(NODE_LIST), NODE_LIST);
    }

    /**
     * {@return the structures in a list, by priority}
     *
     * @param type the structure's type
     * @param head {@code struct plist_head *}
     * @param member the {@code struct plist_node} in the structure by which it is in this list
     * @kernel include/linux/plist.h
     */
    @KernelName("plist_for_each_entry")
    public static Stream<Value> plistForEachEntry(TargetType type, Value head, String member) {
        return Lists.listForEachEntry(type, head.member(NODE_LIST), inside(member));
    }

    private static String inside(String member) {
        return member + "." + NODE_LIST;
    }
}
