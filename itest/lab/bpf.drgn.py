#!/usr/bin/env python3
"""bpf.drgn.py VMCORE VMLINUX: what drgn finds of BPF in a dump, a line for each: its name, then words.

BpfWalks.java in itest/product says the same of wyrm. What drgn 0.0.31 has a helper for is asked of it: bpf_prog_by_id,
bpf_map_by_id and bpf_prog_used_maps came later and are worked out here, by its idr_find and its objects.
"""
import sys

import drgn
from drgn.helpers.linux.bpf import *
from drgn.helpers.linux.cgroup import css_for_each_descendant_pre
from drgn.helpers.linux.idr import idr_find

MISSING = 777777

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def say(name, words):
    print(name + ":", *words)


def addresses(name, pointers):
    say(name, ("0x%x" % pointer.value_() for pointer in pointers))


def by_id(name, number):
    found = idr_find(prog[name].address_of_(), number)
    return [found] if found else []


programs = list(bpf_prog_for_each(prog))
maps = list(bpf_map_for_each(prog))
addresses("progs", programs)
addresses("maps", maps)
addresses("links", bpf_link_for_each(prog))
addresses("btfs", bpf_btf_for_each(prog))
for number in [p.aux.id.value_() for p in programs] + [MISSING]:
    addresses("prog %d" % number, by_id("prog_idr", number))
for number in [m.id.value_() for m in maps] + [MISSING]:
    addresses("map %d" % number, by_id("map_idr", number))
for p in programs:
    addresses("used 0x%x" % p.value_(), [p.aux.used_maps[i] for i in range(p.aux.used_map_cnt.value_())])

for css in css_for_each_descendant_pre(prog["cgrp_dfl_root"].cgrp.self.address_of_()):
    cgroup = drgn.container_of(css, "struct cgroup", "self")
    for attach_type in range(cgroup.bpf.progs.type_.length):
        key = "%d 0x%x" % (attach_type, cgroup.value_())
        attached = list(cgroup_bpf_prog_for_each(cgroup, attach_type))
        # drgn gives a null pointer where a link is attached; the kernel's prog_list_prog, and wyrm, the link's program.
        if any(not p for p in attached):
            links = cgroup.bpf.progs[attach_type]
            walk = drgn.helpers.linux.list
            each = walk.hlist_for_each_entry if links.type_.has_member("first") else walk.list_for_each_entry
            attached = [entry.prog if entry.prog else entry.link.link.prog
                        for entry in each("struct bpf_prog_list", links.address_of_(), "node")]
        addresses("attached " + key, attached)
        addresses("effective " + key, cgroup_bpf_prog_for_each_effective(cgroup, attach_type))
