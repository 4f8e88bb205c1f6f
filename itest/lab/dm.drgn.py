#!/usr/bin/env python3
"""dm.drgn.py VMCORE VMLINUX MODULE...: what drgn finds of device-mapper in a dump, a line for each: its name, then words.

DmWalks.java in itest/product says the same of wyrm. drgn 0.0.31 has no helpers for it: it is walked here, by drgn's
objects.
"""
import sys

import drgn
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import per_cpu_ptr
from drgn.helpers.linux.rbtree import rbtree_inorder_for_each_entry

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info(sys.argv[2:])
possible = [cpu for cpu in range(prog["nr_cpu_ids"].value_()) if prog["__cpu_possible_mask"].bits[0] >> cpu & 1]


def address(value):
    return "0x%x" % value.value_()


def say(name, words):
    print(name + ":", *words)


def has(value, member):
    try:
        value.member_(member)
        return True
    except LookupError:
        return False


def text(pointer):
    return pointer.string_().decode() if pointer else "-"


def cells():
    try:
        tree = prog.variable("name_rb_tree", "dm-ioctl.c")
    except LookupError:
        for bucket in prog.variable("_name_buckets", "dm-ioctl.c"):
            yield from list_for_each_entry("struct hash_cell", bucket.address_of_(), "name_list")
        return
    yield from rbtree_inorder_for_each_entry("struct hash_cell", tree.address_of_(), "name_node")


def in_flight(md):
    if has(md, "pending_io"):  # unsigned, and of one CPU maybe less than nothing
        return sum(drgn.cast("long", per_cpu_ptr(md.pending_io, cpu)[0]).value_() for cpu in possible)
    stats = md.disk.part0.dkstats
    return sum(per_cpu_ptr(stats, cpu).in_flight[way].a.counter.value_() for cpu in possible for way in (0, 1))


def bios(head):
    while head:
        yield address(head)
        head = head.bi_next


for cell in cells():
    md = cell.md
    key = "(%s)" % text(cell.name)
    say("device" + key, [address(cell), address(md), text(cell.uuid), md.name.string_().decode(), address(md.disk),
                         "0x%x" % md.flags.value_(), md.open_count.counter.value_(), in_flight(md)])
    say("deferred" + key, bios(md.deferred.head))
    table = drgn.cast("struct dm_table *", md.map)
    if not table:
        continue
    say("table" + key, [address(table), address(cell.new_map)])
    for i in range(table.num_targets):
        target = table.targets[i]
        say("target%d%s" % (i, key), [target.begin.value_(), target.len.value_(), text(target.type.name)])
    say("devices" + key, [
        device.dm_dev.name.string_().decode()
        for device in list_for_each_entry("struct dm_dev_internal", table.devices.address_of_(), "list")])
