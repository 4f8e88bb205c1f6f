#!/usr/bin/env python3
"""type.drgn.py VMCORE VMLINUX: what `wyrm type task_struct --format jsonl` tells."""
import json
import sys

import drgn

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
task_struct = prog.type("struct task_struct")
print(json.dumps({
    "name": task_struct.type_name(),
    "size_bytes": drgn.sizeof(task_struct),
    "definition": str(task_struct).expandtabs(8),
}))
