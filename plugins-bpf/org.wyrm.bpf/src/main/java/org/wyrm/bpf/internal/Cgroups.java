package org.wyrm.bpf.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** The control groups of version 2, which BPF programs are attached to. */
final class Cgroups {
    /** No path has more components: it would not fit into {@code PATH_MAX}. */
    private static final int MAX_DEPTH = 4096;

    private Cgroups() {}

    /** {@return the control groups of the default hierarchy, {@code struct cgroup}, each before those in it} */
    static Stream<Value> all(Program program) {
        var type = program.type("struct cgroup");
        Deque<List<Value>> open = new ArrayDeque<>();
        open.push(List.of(program.variable("cgrp_dfl_root").member("cgrp")));
        return Walk.whileFound(() -> {
            while (!open.isEmpty()) {
                var group = open.pop();
                if (!group.isEmpty()) {
                    var first = group.getFirst();
                    open.push(group.subList(1, group.size()));
                    if (open.size() > MAX_DEPTH) {
                        throw new CorruptStructureException("cgroup", first.address(), "the groups in it have no end");
                    }
                    open.push(Lists.listForEachEntry(
                                    program.type("struct cgroup_subsys_state"),
                                    first.member("self").member("children"),
                                    "sibling")
                            .map(css -> css.containerOf(type, "self"))
                            .toList());
                    return Optional.of(first);
                }
            }
            return Optional.empty();
        });
    }

    /**
     * {@return the path of a control group from the root of its hierarchy}
     *
     * @param cgroup {@code struct cgroup *}
     */
    static String path(Value cgroup) {
        Deque<String> names = new ArrayDeque<>();
        var node = cgroup.member("kn");
        for (var steps = 0; steps < MAX_DEPTH; steps++) {
            // Since Linux kernel commit 633488947ef6 ("kernfs: Use RCU to access kernfs_node::parent.") (in v6.15), it
            // is
            // __parent. Before that, parent.
            var at = node;
            var parent = at.findMember("__parent").orElseGet(() -> at.member("parent"));
            if (parent.isNull()) {
                return "/" + String.join("/", names);
            }
            names.push(node.member("name").string());
            node = parent;
        }
        throw new CorruptStructureException("cgroup", Walk.addressOf(cgroup), "its path has no end");
    }
}
