#!/usr/bin/env python3
"""tools.drgn.py VMCORE VMLINUX [ADDRESS...]: what drgn finds of what the scripts that come with wyrm print, a line for
each: its name, then words; of pages, those at physical addresses. ScriptToolsIT.java in itest/product compares them.
"""
import os
import stat
import sys

import drgn
from drgn.helpers.linux.cgroup import cgroup_path, css_for_each_descendant_pre
from drgn.helpers.linux.cpumask import for_each_possible_cpu, for_each_present_cpu
from drgn.helpers.linux.fs import inode_path, path_lookup
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.mapletree import mt_for_each
from drgn.helpers.linux.mm import compound_head, decode_page_flags, for_each_vmap_area, phys_to_page
from drgn.helpers.linux.nodemask import for_each_online_node
from drgn.helpers.linux.percpu import per_cpu, per_cpu_ptr
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.slab import for_each_slab_cache
from drgn.helpers.linux.xarray import xa_for_each

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def say(name, *words):
    print(name + ":", *words)


def text(string):
    return os.fsdecode(string.string_())


def items(kind):
    """Enumerators that count something, by their values."""
    return {value: name for name, value in prog.type("enum " + kind).enumerators if not name.endswith(("_ITEMS", "_BASE"))}


def found(lookup, name):
    try:
        return lookup(name)
    except LookupError:
        return None


# slabinfo
SLAB = found(prog.type, "struct slab") or prog.type("struct page")
for cache in for_each_slab_cache(prog):
    objects = free = slabs = 0
    for i in range(prog["nr_node_ids"].value_()):
        node = cache.node[i]
        if node:
            objects += node.total_objects.counter.value_()
            slabs += node.nr_slabs.counter.value_()
            for slab in list_for_each_entry(SLAB, node.partial.address_of_(), "slab_list"):
                free += slab.objects.value_() - slab.inuse.value_()
    order, per_slab = divmod(cache.oo.x.value_(), 1 << 16)
    say("slabinfo " + text(cache.name), objects - free, objects, cache.size.value_(), per_slab, 1 << order, slabs)

# vmstat: the groups of names are found by their first ones
names = []
while not names or names[-1] != "pgpgin":
    names.append(text(prog["vmstat_text"][len(names)]))
HUGE = {"NR_ANON_THPS", "NR_FILE_THPS", "NR_SHMEM_THPS", "NR_SHMEM_PMDMAPPED", "NR_FILE_PMDMAPPED"}
counted_as_huge = text(prog["init_uts_ns"].name.release).startswith("5.10.")
for value in items("zone_stat_item"):
    say("vmstat " + names[value], max(0, prog["vm_zone_stat"][value].counter.value_()))
zones = [zone for node in for_each_online_node(prog) for zone in prog["node_data"][node].node_zones]
for value in items("numa_stat_item"):
    name = "vmstat " + names[names.index("numa_hit") + value]
    events = found(prog.variable, "vm_numa_event")
    if events is None:
        say(name, prog["vm_numa_stat"][value].counter.value_())
    else:
        held = sum(
            per_cpu_ptr(zone.per_cpu_zonestats, cpu).vm_numa_event[value].value_()
            for zone in zones
            for cpu in for_each_possible_cpu(prog)
        )
        say(name, events[value].counter.value_() + held)
for value, item in items("node_stat_item").items():
    count = max(0, prog["vm_node_stat"][value].counter.value_())
    huge = item in HUGE and not counted_as_huge
    say("vmstat " + names[names.index("nr_inactive_anon") + value], count // 512 if huge else count)
for value, item in items("vm_event_item").items():
    count = sum(per_cpu(prog["vm_event_states"], cpu).event[value].value_() for cpu in for_each_possible_cpu(prog))
    name = text(prog["vmstat_text"][len(names) - 1 + value])
    say("vmstat " + name, count // 2 if item in ("PGPGIN", "PGPGOUT") else count)

# irq
tree = found(prog.variable, "sparse_irqs")
if tree is None:
    entries = [entry for _, entry in xa_for_each(prog["irq_desc_tree"].address_of_())]
else:
    entries = [entry for _, _, entry in mt_for_each(tree.address_of_())]
for entry in entries:
    desc = drgn.cast("struct irq_desc *", entry)
    counts = [per_cpu_ptr(desc.kstat_irqs, cpu) for cpu in for_each_present_cpu(prog)]
    counts = [(each.cnt if hasattr(each, "cnt") else each[0]).value_() for each in counts]
    actions = []
    action = desc.action
    while action:
        actions.append(text(action.name))
        action = action.next
    if actions or any(counts):
        data = desc.irq_data
        flow = "-" + text(desc.name) if desc.name else ""
        say(
            "irq %d" % data.irq,
            *counts,
            text(data.chip.name) if data.chip and data.chip.name else "-",
            "%d%s" % (data.hwirq, flow),
            ", ".join(actions),
        )

# cgroup: the tasks are counted by what they say, not by the lists of their groups, which those that ended have left
tasks = {}
for task in for_each_task(prog):
    if not task.exit_state:
        group = task.cgroups.dfl_cgrp.value_()
        tasks[group] = tasks.get(group, 0) + 1
root = prog["cgrp_dfl_root"].cgrp
for css in css_for_each_descendant_pre(root.self.address_of_()):
    group = css.cgroup
    say("cgroup " + os.fsdecode(cgroup_path(group)), group.kn.id.value_(), tasks.get(group.value_(), 0))

# fs_inodes: the journal of ext4 is one that has no mode
KINDS = {
    stat.S_IFDIR: "DIR",
    stat.S_IFREG: "REG",
    stat.S_IFLNK: "LNK",
    stat.S_IFCHR: "CHR",
    stat.S_IFBLK: "BLK",
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "SOCK",
}
for path in ("/", "/mnt/ext4"):
    block = path_lookup(prog, path).mnt.mnt_sb
    for inode in list_for_each_entry("struct inode", block.s_inodes.address_of_(), "i_sb_list"):
        named = inode_path(inode)
        say(
            "inode %s %#x" % (path, inode),
            inode.i_ino.value_(),
            KINDS.get(stat.S_IFMT(inode.i_mode.value_()), "000000"),
            getattr(inode, "__i_nlink").value_(),
            inode.i_size.value_(),
            # drgn leaves out the first slash.
            "-" if named is None else "/" + os.fsdecode(named),
        )

# vmallocinfo
for area in for_each_vmap_area(prog):
    words = [area.va_end - area.va_start]
    vm = area.vm
    if vm:
        words += [vm.caller, vm.nr_pages, vm.phys_addr, vm.flags]
    say("vmalloc %#x" % area.va_start, *("%#x" % word for word in words))

# mutex_owner
say("mutex cgroup_mutex", prog["cgroup_mutex"].owner.counter.value_())

# platform_drivers
bus = prog["platform_bus_type"].address_of_()
if hasattr(bus, "p"):
    core = bus.p
else:
    for each in list_for_each_entry("struct kobject", prog["bus_kset"].list.address_of_(), "entry"):
        core = drgn.container_of(each, "struct subsys_private", "subsys.kobj")
        if core.bus == bus:
            break
for private in list_for_each_entry("struct driver_private", core.klist_drivers.k_list.address_of_(), "knode_bus.n_node"):
    driver = private.driver
    platform = drgn.container_of(driver, "struct platform_driver", "driver")
    say("driver %#x" % platform, text(driver.owner.name) if driver.owner else "-", text(driver.name))

# kcore_list
for part in list_for_each_entry("struct kcore_list", prog["kclist_head"].address_of_(), "list"):
    kind = drgn.cast("enum kcore_type", getattr(part, "type"))
    say("kcore %#x" % part.addr, part.size.value_(), kind.format_(type_name=False))

# show_page_info: the bits that are set, and all names that each has
FLAGS = {value for name, value in prog.type("enum pageflags").enumerators if not name.startswith("__")}
for address in sys.argv[3:]:
    page = phys_to_page(prog, int(address, 16))
    head = compound_head(page)
    say(
        "page " + address,
        "%#x" % page,
        "%#x" % head,
        sum(1 for bit in FLAGS if head.flags.value_() >> bit & 1),
        decode_page_flags(head),
        head._refcount.counter.value_(),
        page._mapcount.counter.value_() + 1,
    )
