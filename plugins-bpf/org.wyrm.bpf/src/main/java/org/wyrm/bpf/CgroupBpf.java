package org.wyrm.bpf;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType.ArrayType;

/** BPF programs of control groups: {@code struct cgroup_bpf}. */
@ProvidesHelpers(names = {"cgroup_bpf_prog_for_each", "cgroup_bpf_prog_for_each_effective"})
public final class CgroupBpf {
    /** More programs than a control group takes of a type, {@code BPF_CGROUP_MAX_PROGS}, times the depth of groups. */
    private static final long MAX_EFFECTIVE = 1 << 16;

    private CgroupBpf() {}

    /**
     * {@return the programs that are attached to a control group itself, {@code struct bpf_prog}}
     *
     * @param cgrp {@code struct cgroup *}
     * @param attachType {@code enum cgroup_bpf_attach_type}; before v5.15 {@code enum bpf_attach_type}
     * @throws LookupFailedException if there is no such type
     * @kernel include/linux/bpf-cgroup-defs.h
     */
    @KernelName("cgroup_bpf_prog_for_each")
    public static Stream<Value> cgroupBpfProgForEach(Value cgrp, int attachType) {
        return cgroupBpfListForEach(cgrp, attachType).map(CgroupBpf::program);
    }

    /**
     * {@return what is attached to a control group itself, {@code struct bpf_prog_list}}
     *
     * @param cgrp {@code struct cgroup *}
     * @param attachType as above
     * @throws LookupFailedException if there is no such type
     * @kernel include/linux/bpf-cgroup-defs.h
     */
    public static Stream<Value> cgroupBpfListForEach(Value cgrp, int attachType) {
        var heads = cgrp.findMember("bpf").flatMap(bpf -> bpf.findMember("progs"));
        if (heads.isEmpty()) {
            // A kernel without CONFIG_CGROUP_BPF.
            return Stream.empty();
        }
        var head = element(heads.get(), attachType);
        var type = cgrp.program().type("struct bpf_prog_list");
        // Since Linux kernel commit 00442143a2ab ("bpf: convert cgroup_bpf.progs to hlist") (in v6.0), it is an hlist.
        // Before that, a list.
        return head.hasMember("first")
                ? Lists.hlistForEachEntry(type, head, "node")
                : Lists.listForEachEntry(type, head, "node");
    }

    /**
     * {@return the program of what is attached to a control group, {@code struct bpf_prog}: its own, or that of its link}
     *
     * @param attached {@code struct bpf_prog_list *}
     * @kernel kernel/bpf/cgroup.c
     */
    public static Value program(Value attached) {
        // Since Linux kernel commit af6eea57437a ("bpf: Implement bpf_link-based cgroup BPF program attachment") (in
        // v5.7), a link may be attached in place of a program.
        var own = attached.member("prog");
        return own.isNull()
                ? attached.member("link").member("link").member("prog").dereference()
                : own.dereference();
    }

    /**
     * {@return the programs that run for a control group, {@code struct bpf_prog}: its own, and those that it has from
     * the groups above it}
     *
     * @param cgrp {@code struct cgroup *}
     * @param attachType as above
     * @throws LookupFailedException if there is no such type
     * @throws CorruptStructureException if their array has no end
     * @kernel include/linux/bpf-cgroup-defs.h
     */
    @KernelName("cgroup_bpf_prog_for_each_effective")
    public static Stream<Value> cgroupBpfProgForEachEffective(Value cgrp, int attachType) {
        var arrays = cgrp.findMember("bpf").flatMap(bpf -> bpf.findMember("effective"));
        if (arrays.isEmpty()) {
            return Stream.empty();
        }
        var array = element(arrays.get(), attachType);
        if (array.isNull()) {
            return Stream.empty();
        }
        var items = array.member("items");
        return LongStream.rangeClosed(0, MAX_EFFECTIVE)
                .mapToObj(index -> {
                    cgrp.program().cancellation().check();
                    if (index == MAX_EFFECTIVE) {
                        throw new CorruptStructureException("bpf_prog_array", array.longValue(), "it has no end");
                    }
                    return items.subscript(index).member("prog");
                })
                .takeWhile(prog -> !prog.isNull())
                .map(Value::dereference);
    }

    private static Value element(Value array, int attachType) {
        var count = ((ArrayType) array.type().unaliased()).elementCount().orElse(0);
        if (attachType < 0 || attachType >= count) {
            throw new LookupFailedException(
                    "attach type", Integer.toString(attachType), "a control group has " + count);
        }
        return array.subscript(attachType);
    }
}
