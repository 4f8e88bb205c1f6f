# drgn's side of tasks.sh: the rows of `wyrm tasks --format jsonl`, one JSON
# object a line, with as little work as drgn's API allows.
#
#     python3 tasks.drgn.py DUMP VMLINUX
#
# As a program of its own, not a script of the drgn command, it saves that
# command's imports (0.05 s); the rows themselves take it 0.01 s.
import json
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_possible_cpu
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import per_cpu_ptr
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import task_cpu, task_state_to_char

PF_KTHREAD = 0x200000

dump, vmlinux = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(dump)
prog.load_debug_info([vmlinux])

page_size = prog["PAGE_SIZE"].value_()
resident = [prog[name].value_() for name in ("MM_FILEPAGES", "MM_ANONPAGES", "MM_SHMEMPAGES")]


known = {}  # the threads of a process share its memory, which both programs count once


def rss_pages(task):
    mm = task.mm.value_()
    if mm not in known:
        known[mm] = count_rss_pages(task) if mm else 0
    return known[mm]


def count_rss_pages(task):
    rss = task.mm.rss_stat
    try:
        counts = rss.count  # an atomic for each kind, beside what each thread holds
    except AttributeError:  # since 6.2, a per-CPU counter for each kind; a panic leaves but one CPU online
        return max(sum(per_cpu_sum(rss[i]) for i in resident), 0)
    pages = sum(counts[i].counter.value_() for i in resident)
    for thread in list_for_each_entry("struct task_struct", task.signal.thread_head.address_of_(), "thread_node"):
        held = thread.rss_stat.count
        pages += sum(held[i].value_() for i in resident)
    return max(pages, 0)


def per_cpu_sum(counter):
    pages = counter.count.value_()
    for cpu in for_each_possible_cpu(prog):
        pages += per_cpu_ptr(counter.counters, cpu)[0].value_()
    return pages


rows = []
for task in for_each_task(prog):
    row = {
        "pid": task.pid.value_(),
        "tgid": task.tgid.value_(),
        "ppid": task.real_parent.tgid.value_(),
        "cpu": task_cpu(task),
        "state": task_state_to_char(task),
        "task": hex(task.value_()),
        "comm": task.comm.string_().decode(),
        "kernel_thread": bool(task.flags.value_() & PF_KTHREAD),
        "rss_bytes": rss_pages(task) * page_size,
    }
    rows.append(json.dumps(row))
rows.append("")
sys.stdout.write("\n".join(rows))
