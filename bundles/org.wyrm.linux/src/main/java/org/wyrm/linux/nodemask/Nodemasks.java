package org.wyrm.linux.nodemask;

import java.util.stream.IntStream;
import org.wyrm.linux.bitops.Bitops;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Sets of NUMA nodes: {@code nodemask_t}. */
@ProvidesHelpers(
        names = {
            "for_each_node",
            "for_each_node_mask",
            "for_each_node_state",
            "for_each_online_node",
            "node_state",
            "nr_node_ids"
        })
public final class Nodemasks {
    /** {@code enum node_states}: the node may come. */
    private static final int N_POSSIBLE = 0;

    private static final int N_ONLINE = 1;

    private Nodemasks() {}

    /**
     * {@return the nodes in a mask, by number}
     *
     * @param mask {@code nodemask_t *}
     * @kernel include/linux/nodemask.h
     */
    @KernelName("for_each_node_mask")
    public static IntStream forEachNodeMask(Value mask) {
        var bits = mask.member("bits");
        return Bitops.forEachSetBit(bits, bits.elementCount() * Long.SIZE).mapToInt(node -> (int) node);
    }

    /**
     * {@return the nodes in a state, by number}
     *
     * @param state {@code enum node_states}
     * @kernel include/linux/nodemask.h
     */
    @KernelName("for_each_node_state")
    public static IntStream forEachNodeState(Program program, long state) {
        return forEachNodeMask(states(program, state));
    }

    /**
     * {@return the nodes that may come, by number}
     *
     * @kernel include/linux/nodemask.h
     */
    @KernelName("for_each_node")
    public static IntStream forEachNode(Program program) {
        return forEachNodeState(program, N_POSSIBLE);
    }

    /**
     * {@return the nodes that are online, by number}
     *
     * @kernel include/linux/nodemask.h
     */
    @KernelName("for_each_online_node")
    public static IntStream forEachOnlineNode(Program program) {
        return forEachNodeState(program, N_ONLINE);
    }

    /**
     * {@return whether a node is in a state}
     *
     * @param node its number
     * @param state {@code enum node_states}
     * @kernel include/linux/nodemask.h
     */
    @KernelName("node_state")
    public static boolean nodeState(Program program, int node, long state) {
        var bits = states(program, state).member("bits");
        return node >= 0 && node < bits.elementCount() * Long.SIZE && Bitops.testBit(node, bits);
    }

    /**
     * {@return how many numbers of nodes there are: one more than the highest of a node that may come; 1 in a kernel
     * without NUMA}
     *
     * @kernel include/linux/nodemask.h
     */
    @KernelName("nr_node_ids")
    public static int nrNodeIds(Program program) {
        return program.findVariable("nr_node_ids").map(Value::intValue).orElse(1);
    }

    private static Value states(Program program, long state) {
        return program.variable("node_states").subscript(state);
    }
}
