#!/usr/bin/env python3
"""bt.drgn.py VMCORE FOLDER: the stacks that `wyrm bt --all --format jsonl` tells.

The files of the kernel and all modules are taken from the folder, such as /usr/lib/debug. A zombie's stack is freed.
"""
import json
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_present_cpu
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import idle_task

vmcore, folder = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(vmcore)
prog.debug_info_options.directories = [folder]
prog.load_default_debug_info()


def tell(frame):
    told = {"pc": hex(frame.pc), "function": frame.name, "inline": frame.is_inline}
    try:
        told["file"], told["line"], told["column"] = frame.source()
    except LookupError:
        pass
    return told


for tasks in for_each_task(prog), (idle_task(prog, cpu) for cpu in for_each_present_cpu(prog)):
    for task in tasks:
        frames = prog.stack_trace(task) if task.stack else []
        print(json.dumps({
            "pid": task.pid.value_(),
            "comm": task.comm.string_().decode(),
            "frames": [tell(frame) for frame in frames],
        }))
