package org.wyrm.itest.product;

import java.util.Map;
import java.util.stream.Stream;
import org.wyrm.bpf.BpfLinks;
import org.wyrm.bpf.BpfMaps;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.bpf.BtfObjects;
import org.wyrm.bpf.CgroupBpf;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers of {@code org.wyrm.bpf} find in a dump, as lines that {@code itest/lab/bpf.drgn.py} writes too. */
final class BpfWalks extends Walks {
    /** The number of nothing. */
    private static final long MISSING = 777_777;

    BpfWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of what they are of} */
    Map<String, String> lines() {
        addresses("progs", BpfPrograms.bpfProgForEach(program));
        addresses("maps", BpfMaps.bpfMapForEach(program));
        addresses("links", BpfLinks.bpfLinkForEach(program));
        addresses("btfs", BtfObjects.bpfBtfForEach(program));
        Stream.concat(BpfPrograms.bpfProgForEach(program).map(BpfPrograms::id), Stream.of(MISSING))
                .forEach(id -> addresses("prog " + id, BpfPrograms.bpfProgById(program, id).stream()));
        Stream.concat(BpfMaps.bpfMapForEach(program).map(BpfMaps::id), Stream.of(MISSING))
                .forEach(id -> addresses("map " + id, BpfMaps.bpfMapById(program, id).stream()));
        BpfPrograms.bpfProgForEach(program)
                .forEach(prog -> addresses("used " + hex(prog), BpfPrograms.bpfProgUsedMaps(prog)));
        group(program.variable("cgrp_dfl_root").member("cgrp"));
        return lines;
    }

    private void group(Value cgroup) {
        var count = cgroup.member("bpf").member("progs").elementCount();
        for (var type = 0; type < count; type++) {
            var key = type + " " + hex(cgroup);
            addresses("attached " + key, CgroupBpf.cgroupBpfProgForEach(cgroup, type));
            addresses("effective " + key, CgroupBpf.cgroupBpfProgForEachEffective(cgroup, type));
        }
        Lists.listForEachEntry(
                        program.type("struct cgroup_subsys_state"),
                        cgroup.member("self").member("children"),
                        "sibling")
                .map(css -> css.containerOf(program.type("struct cgroup"), "self"))
                .forEach(this::group);
    }
}
