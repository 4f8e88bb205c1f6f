#!/usr/bin/env python3
"""script.drgn.py VMCORE VMLINUX COUNT: how often drgn's Python does in a second what script.groovy does; the same lines."""
import sys
import time

import drgn
from drgn.helpers.linux.list import list_for_each_entry
from drgn import container_of

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
count = int(sys.argv[3])


def member(task):
    total = 0
    for _ in range(count):
        total += task.prio.value_()
    return total


def compare(task):
    found = 0
    for _ in range(count):
        if task.prio + 1 == 121:
            found += 1
    return found


def chain(head):
    found = 0
    entry = head
    for _ in range(count):
        entry = entry.next
        if entry == head:
            found += 1
    return found


def walk(head):
    found = seen = 0
    while seen < count:
        for task in list_for_each_entry("struct task_struct", head, "tasks"):
            seen += 1
            if task.pid == 1:
                found += 1
    return found


task = prog["init_task"]
for name, work, argument in [
    ("member", member, task),
    ("compare", compare, task),
    ("chain", chain, task.tasks.address_of_()),
    ("walk", walk, task.tasks.address_of_()),
]:
    start = time.perf_counter()
    result = work(argument)
    print(name, int(count / (time.perf_counter() - start)), result)
