package org.wyrm.net.netnamespace;

import java.util.List;
import java.util.OptionalLong;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** The option {@code --net}, by which commands are about one name space. */
public final class NetOption {
    /** What stands behind it. */
    public static final String ARGUMENT = "NETNS";

    /** What it does. */
    public static final String HELP = "this name space only, by its inode number or the address of its struct net";

    private NetOption() {}

    /**
     * {@return the name spaces that were asked for, {@code struct net}: all, or the one}
     *
     * @throws LookupFailedException if there is no such one
     */
    public static List<Value> nets(Program program, OptionalLong asked) {
        var all = NetNamespaces.forEachNet(program);
        if (asked.isEmpty()) {
            return all.toList();
        }
        var wanted = asked.getAsLong();
        return List.of(all.filter(net -> net.address() == wanted || NetNamespaces.inode(net) == wanted)
                .findFirst()
                .orElseThrow(() -> new LookupFailedException(
                        "network name space",
                        wanted < 0 ? "0x%x".formatted(wanted) : Long.toString(wanted),
                        "`net` lists them")));
    }
}
