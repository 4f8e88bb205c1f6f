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
from drgn.helpers.linux.percpu import percpu_counter_sum
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import task_cpu, task_state_to_char

PF_KTHREAD = 0x200000

dump, vmlinux = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(dump)
prog.load_debug_info([vmlinux])

page_size = prog["PAGE_SIZE"].value_()
resident = [prog[name].value_() for name in ("MM_FILEPAGES", "MM_ANONPAGES", "MM_SHMEMPAGES")]


def rss_pages(mm):
    if not mm:
        return 0
    rss = mm.rss_stat
    try:
        counts = rss.count  # an atomic for each kind
        return sum(max(counts[i].counter.value_(), 0) for i in resident)
    except AttributeError:  # since 6.2, a per-CPU counter for each kind
        return sum(max(percpu_counter_sum(rss[i].address_of_()), 0) for i in resident)


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
        "rss_bytes": rss_pages(task.mm) * page_size,
    }
    rows.append(json.dumps(row))
rows.append("")
sys.stdout.write("\n".join(rows))
