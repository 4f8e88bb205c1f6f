#!/usr/bin/env python3
"""values.drgn.py VMCORE VMLINUX: how often drgn does in a second what ValueBenchmark does; a line of JSON for each."""
import json
import sys
import time

import drgn
from drgn.helpers.linux.list import list_for_each_entry

SECONDS = 2


def rate(work, items=1):
    """The best of five rates: the rest is the machine's noise."""
    best = 0
    for _ in range(5):
        done = 0
        start = time.perf_counter()
        while (now := time.perf_counter()) - start < SECONDS / 5:
            for _ in range(max(1, 1000 // items)):
                work()
            done += max(1, 1000 // items) * items
        best = max(best, done / (now - start))
    return best


prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
task = prog["init_task"]
left, right = task.prio.read_(), task.static_prio.read_()
blocks = list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list")


def inodes(block):
    return list_for_each_entry("struct inode", block.s_inodes.address_of_(), "i_sb_list")


def walk():
    for _ in inodes(longest):
        pass


def walk_reading():
    for inode in inodes(longest):
        inode.i_ino.value_()


longest = max(blocks, key=lambda block: sum(1 for _ in inodes(block)))
count = sum(1 for _ in inodes(longest))
for name, work, items in [
    ("member", lambda: task.pid, 1),
    ("memberRead", lambda: task.pid.value_(), 1),
    ("memberThroughPointer", lambda: task.parent.tgid.value_(), 1),
    ("add", lambda: left + right, 1),
    ("compare", lambda: left < right, 1),
    ("listWalk", walk, count),
    ("listWalkReading", walk_reading, count),
]:
    print(json.dumps({"name": name, "rate": rate(work, items), "items": items}))
