#!/usr/bin/env python3
"""print.drgn.py NAME VMCORE VMLINUX: a variable written out, and what `wyrm print NAME --format jsonl` tells of it."""
import json
import sys

import drgn

name, vmcore, vmlinux = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(vmcore)
prog.load_debug_info([vmlinux])
found = prog[name]
print(json.dumps({
    "expression": name,
    "type": found.type_.type_name(),
    "address": f"0x{found.address_:016x}",
    "text": str(found),
}))
