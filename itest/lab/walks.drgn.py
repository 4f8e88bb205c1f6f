#!/usr/bin/env python3
"""walks.drgn.py VMCORE VMLINUX: what drgn finds in data structures of a dump, a line for each: its name, then words.

KernelWalks.java in itest/product says the same of wyrm.
"""
import sys

import drgn
from drgn.helpers.linux.cpumask import *
from drgn.helpers.linux.bitops import for_each_set_bit, for_each_clear_bit
from drgn.helpers.linux.fs import for_each_mount
from drgn.helpers.linux.idr import idr_find, idr_for_each
from drgn.helpers.linux.list import *
from drgn.helpers.linux.list_nulls import hlist_nulls_for_each_entry, hlist_nulls_empty
from drgn.helpers.linux.llist import llist_for_each, llist_empty
from drgn.helpers.linux.mapletree import mt_for_each, mtree_load
from drgn.helpers.linux.nodemask import *
from drgn.helpers.linux.percpu import per_cpu, per_cpu_ptr, percpu_counter_sum
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.plist import plist_for_each, plist_head_empty
from drgn.helpers.linux.radixtree import radix_tree_for_each
from drgn.helpers.linux.rbtree import *
from drgn.helpers.linux.xarray import xa_for_each, xa_load

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def address(value):
    return "0x%x" % value.value_() if value.type_.kind == drgn.TypeKind.POINTER else "0x%x" % value.address_


def say(name, words):
    print(name + ":", *words)


def addresses(name, values):
    say(name, map(address, values))


def entries(name, pairs):
    say(name, ("%d=0x%x" % (index, entry.value_()) for index, entry in pairs))


def name(kind, value):
    return "%s(%s)" % (kind, address(value))


def has(variable):
    return variable in prog


# Lists
for head in "modules", "super_blocks", "slab_caches", "vmap_area_list", "pernet_list", "net_namespace_list", "crypto_alg_list":
    if has(head):
        at = prog[head].address_of_()
        addresses(head, list_for_each(at))
        addresses(head + " reverse", list_for_each_reverse(at))
        say(head + " facts", [list_count_nodes(at), int(list_empty(at)), int(list_is_singular(at))])
tasks = prog["init_task"].tasks.address_of_()
addresses("tasks", list_for_each_entry("struct task_struct", tasks, "tasks"))
addresses("tasks reverse", list_for_each_entry_reverse("struct task_struct", tasks, "tasks"))
addresses("tasks validated", validate_list_for_each_entry("struct task_struct", tasks, "tasks"))
addresses("tasks ends", [list_first_entry(tasks, "struct task_struct", "tasks"), list_last_entry(tasks, "struct task_struct", "tasks")])

all_tasks = list(for_each_task(prog))
addresses("all tasks", all_tasks)
for task in all_tasks:
    addresses(name("children", task), list_for_each_entry("struct task_struct", task.children.address_of_(), "sibling"))
    addresses(name("threads", task), list_for_each_entry("struct task_struct", task.signal.thread_head.address_of_(), "thread_node"))
    addresses(name("next task", task), [list_next_entry(task, "tasks"), list_prev_entry(task, "tasks")])
    addresses(name("pids", task), [pid_link for i in range(4) for pid_link in hlist_for_each(task.thread_pid.tasks[i].address_of_())])
    addresses(name("futex", task), list_for_each(task.pi_state_list.address_of_()))
    addresses(name("cputimers", task), rbtree_inorder_for_each(task.signal.posix_cputimers.bases[0].tqhead.rb_root.rb_root.address_of_()))

# Hash tables
for table, shift in ("inode_hashtable", "i_hash_shift"), ("dentry_hashtable", "d_hash_shift"):
    if table == "inode_hashtable":
        bits = 64 - (64 - prog[shift].value_())
        for i in range(1 << bits):
            if not hlist_empty(prog[table] + i):
                addresses("%s[%d]" % (table, i), hlist_for_each_entry("struct inode", prog[table] + i, "i_hash"))
for i, bucket in enumerate(prog["mount_hashtable"] + i for i in range(prog["m_hash_mask"].value_() + 1)):
    if not hlist_empty(bucket):
        addresses("mount_hashtable[%d]" % i, hlist_for_each_entry("struct mount", bucket, "mnt_hash"))
info = prog["tcp_hashinfo"]
for i in range(info.ehash_mask.value_() + 1):
    chain = info.ehash[i].chain
    say("ehash[%d]" % i, [int(hlist_nulls_empty(chain.address_of_()))] + [address(sk) for sk in hlist_nulls_for_each_entry("struct sock", chain.address_of_(), "__sk_common.skc_nulls_node")])
if hasattr(info, "listening_hash"):
    listening = [(i, info.listening_hash[i]) for i in range(32)]
else:
    listening = [(i, info.lhash2[i]) for i in range(info.lhash2_mask.value_() + 1)]
for i, bucket in listening:
    addresses("listening[%d]" % i, hlist_nulls_for_each_entry("struct sock", bucket.nulls_head.address_of_(), "__sk_common.skc_nulls_node"))

# Red-black trees
if has("vmap_area_root"):
    root = prog["vmap_area_root"].address_of_()
    addresses("vmap_area_root", rbtree_inorder_for_each(root))
    addresses("vmap areas", rbtree_inorder_for_each_entry("struct vmap_area", root, "rb_node"))
    addresses("vmap ends", [rb_first(root), rb_last(root)])
    addresses("vmap validated", validate_rbtree_inorder_for_each_entry("struct vmap_area", root, "rb_node", lambda a, b: int(a.va_start > b.va_start) - int(a.va_start < b.va_start), False))
    for node in rbtree_inorder_for_each(root):
        addresses(name("around", node), [rb_next(node), rb_prev(node), rb_parent(node)])
    for area in rbtree_inorder_for_each_entry("struct vmap_area", root, "rb_node"):
        start = area.va_start.value_()
        found = rb_find("struct vmap_area", root, "rb_node", start, lambda key, entry: (key > entry.va_start.value_()) - (key < entry.va_start.value_()))
        addresses("find 0x%x" % start, [found])
if has("vmap_nodes"):
    for i in range(prog["nr_vmap_nodes"].value_()):
        addresses("vmap_nodes[%d]" % i, rbtree_inorder_for_each(prog["vmap_nodes"][i].busy.root.address_of_()))
for cpu in for_each_possible_cpu(prog):
    rq = per_cpu(prog["runqueues"], cpu)
    say("rq[%d]" % cpu, [address(rq), address(rq.curr), rq.nr_running.value_()])
    addresses("cfs[%d]" % cpu, rbtree_inorder_for_each(rq.cfs.tasks_timeline.rb_root.address_of_()))
    for i in range(8):
        base = per_cpu(prog["hrtimer_bases"], cpu).clock_base[i]
        addresses("hrtimers[%d][%d]" % (cpu, i), rbtree_inorder_for_each_entry("struct hrtimer", base.active.rb_root.rb_root.address_of_(), "node.node"))
    timers = per_cpu(prog["timer_bases"], cpu)
    for base in range(2):
        for i, vector in enumerate(timers[base].vectors):
            if not hlist_empty(vector.address_of_()):
                addresses("timers[%d][%d][%d]" % (cpu, base, i), hlist_for_each_entry("struct timer_list", vector.address_of_(), "entry"))
        say("pending_map[%d][%d]" % (cpu, base), for_each_set_bit(timers[base].pending_map, 576))
        say("clear map[%d][%d]" % (cpu, base), for_each_clear_bit(timers[base].pending_map, 576))
    queue = per_cpu(prog["call_single_queue"], cpu)
    say("call_single_queue[%d]" % cpu, [int(llist_empty(queue.address_of_()))] + [address(node) for node in llist_for_each(queue.first)])

# Areas of address spaces
for task in all_tasks:
    mm = task.mm
    if not mm:
        continue
    if hasattr(mm, "mm_mt"):
        tree = mm.mm_mt.address_of_()
        ranges = list(mt_for_each(tree))
        say(name("mm_mt", task), ("0x%x-0x%x=0x%x" % (first, last, entry.value_()) for first, last, entry in ranges))
        say(name("mt load", task), ("0x%x" % mtree_load(tree, at).value_() for first, last, _ in ranges for at in (first - 1 if first else 0, first, last, last + 1)))
    else:
        addresses(name("mm_rb", task), rbtree_inorder_for_each_entry("struct vm_area_struct", mm.mm_rb.address_of_(), "vm_rb"))
        vma = mm.mmap
        areas = []
        while vma:
            areas.append(vma)
            vma = vma.vm_next
        addresses(name("mmap", task), areas)
    if hasattr(mm.rss_stat, "count"):
        continue
    say(name("rss", task), [percpu_counter_sum(mm.rss_stat[i].address_of_()) for i in range(4)])

# Radix trees, XArrays, IDRs
pids = prog["init_pid_ns"].idr
entries("pids", idr_for_each(pids.address_of_()))
say("find pids", ("0x%x" % idr_find(pids.address_of_(), i).value_() for i in range(300)))
if has("irq_desc_tree"):
    entries("irq_desc_tree", radix_tree_for_each(prog["irq_desc_tree"].address_of_()))
if has("sparse_irqs"):
    say("sparse_irqs", ("%d-%d=0x%x" % (first, last, entry.value_()) for first, last, entry in mt_for_each(prog["sparse_irqs"].address_of_())))
for idr in "btf_idr", "prog_idr", "map_idr", "link_idr", "worker_pool_idr", "drm_minors_idr", "event_idr":
    if has(idr):
        entries(idr, idr_for_each(prog[idr].address_of_()))
entries("memory_blocks", xa_for_each(prog["memory_blocks"].address_of_()) if has("memory_blocks") else [])
for sb in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
    say(name("s_dentry_lru", sb), [per_cpu_node.nr_items.value_() for per_cpu_node in [sb.s_dentry_lru.node[0].lru]])
    inodes = list(list_for_each_entry("struct inode", sb.s_inodes.address_of_(), "i_sb_list"))
    addresses(name("inodes", sb), inodes)
    for inode in inodes:
        pages = inode.i_data.i_pages.address_of_()
        found = list(xa_for_each(pages))
        if found:
            entries(name("i_pages", inode), found)
            say(name("load", inode), ("0x%x" % xa_load(pages, index + more).value_() for index, _ in found for more in (0, 1)))
        dentries = list(hlist_for_each_entry("struct dentry", inode.i_dentry.address_of_(), "d_u.d_alias"))
        addresses(name("i_dentry", inode), dentries)
        if not dentries:
            continue
        first = dentries[0]
        if hasattr(first, "d_subdirs"):
            addresses(name("d_subdirs", inode), list_for_each_entry("struct dentry", first.d_subdirs.address_of_(), "d_child"))
        else:
            addresses(name("d_children", inode), hlist_for_each_entry("struct dentry", first.d_children.address_of_(), "d_sib"))

# CPUs, nodes, counters, plists
for mask in "cpu_online_mask", "cpu_possible_mask", "cpu_present_mask":
    value = globals()[mask](prog)
    say(mask, [cpumask_to_cpulist(value), *for_each_cpu(value)])
say("cpus", [*for_each_online_cpu(prog), "/", *for_each_possible_cpu(prog), "/", *for_each_present_cpu(prog)])
for task in all_tasks:
    say(name("cpus_mask", task), [cpumask_to_cpulist(task.cpus_mask.address_of_())])
    say(name("mems_allowed", task), for_each_node_mask(task.mems_allowed.address_of_()))
say("nodes", [*for_each_node(prog), "/", *for_each_online_node(prog)])
for state in range(5):
    say("node state %d" % state, [*for_each_node_state(prog, state)])
say("node_state", [int(node_state(0, prog.constant("N_ONLINE"))), int(node_state(1, prog.constant("N_ONLINE")))])
for counter in "vm_committed_as", "tcp_orphan_count", "tcp_sockets_allocated":
    if has(counter) and prog[counter].type_.type_name() == "struct percpu_counter":
        say(counter, [percpu_counter_sum(prog[counter].address_of_())])
for requests in "cpu_latency_constraints",:
    if has(requests):
        addresses(requests, plist_for_each(prog[requests].list.address_of_()))
        say(requests + " empty", [int(plist_head_empty(prog[requests].list.address_of_()))])

# What memory is used for: item by item, and as /proc/meminfo tells it
for kind, counters in ("zone_stat_item", "vm_zone_stat"), ("node_stat_item", "vm_node_stat"):
    for item, value in prog.type("enum " + kind).enumerators:
        if not item.endswith("_ITEMS"):
            say(kind + " " + item, [max(0, int(prog[counters][value].counter))])
for item, value in prog.type("enum vm_event_item").enumerators:
    if item != "NR_VM_EVENT_ITEMS":
        total = sum(int(per_cpu(prog["vm_event_states"], cpu).event[value]) for cpu in for_each_possible_cpu(prog))
        say("vm_event_item " + item, [total])
PAGE = int(prog["PAGE_SIZE"])


def counted(item):
    for kind, counters in ("node_stat_item", "vm_node_stat"), ("zone_stat_item", "vm_zone_stat"):
        for each, value in prog.type("enum " + kind).enumerators:
            if each == item:
                return max(0, int(prog[counters][value].counter))


zones = [zone for node in for_each_online_node(prog) for zone in prog["node_data"][node].node_zones]
addresses("zones", zones)
low = sum(int(zone._watermark[prog.constant("WMARK_LOW")]) + int(zone.watermark_boost) for zone in zones)
cache = counted("NR_ACTIVE_FILE") + counted("NR_INACTIVE_FILE")
slabs = counted("NR_SLAB_RECLAIMABLE_B") + counted("NR_KERNEL_MISC_RECLAIMABLE")
free = counted("NR_FREE_PAGES")
available = free - int(prog["totalreserve_pages"]) + cache - min(cache // 2, low) + slabs - min(slabs // 2, low)
buffers = sum(int(inode.i_mapping.nrpages) for inode in
              list_for_each_entry("struct inode", prog["blockdev_superblock"].s_inodes.address_of_(), "i_sb_list"))
swapped = counted("NR_SWAPCACHE")
if swapped is None:
    swapped = sum(int(prog["swapper_spaces"][area][i].nrpages)
                  for area in range(int(prog["nr_swapfiles"])) for i in range(int(prog["nr_swapper_spaces"][area])))
hugetlb = sum(int(state.nr_huge_pages) << int(state.order)
              for state in list(prog["hstates"])[: int(prog["hugetlb_max_hstate"])])
meminfo = [
    int(prog["_totalram_pages"].counter), free, available, buffers, counted("NR_FILE_PAGES") - buffers - swapped, swapped,
    *map(counted, ("NR_ACTIVE_ANON", "NR_INACTIVE_ANON", "NR_ACTIVE_FILE", "NR_INACTIVE_FILE", "NR_UNEVICTABLE",
                   "NR_MLOCK")),
    int(prog["total_swap_pages"]), int(prog["nr_swap_pages"].counter),
    *map(counted, ("NR_FILE_DIRTY", "NR_WRITEBACK", "NR_ANON_MAPPED", "NR_FILE_MAPPED", "NR_SHMEM",
                   "NR_SLAB_RECLAIMABLE_B", "NR_SLAB_UNRECLAIMABLE_B", "NR_KERNEL_MISC_RECLAIMABLE")),
    counted("NR_KERNEL_STACK_KB") * 1024 // PAGE, counted("NR_PAGETABLE"), int(prog["nr_vmalloc_pages"].counter),
    int(prog["pcpu_nr_populated"]) * int(prog["pcpu_nr_units"]), hugetlb,
    max(0, int(percpu_counter_sum(prog["vm_committed_as"].address_of_()))),
]
say("meminfo", [pages * PAGE for pages in meminfo])
