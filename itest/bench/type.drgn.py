#!/usr/bin/env python3
"""type.drgn.py NAME VMCORE VMLINUX [FOLDER]: what `wyrm type NAME --format jsonl` tells of a structure.

With a folder, such as /usr/lib/debug, the files of all modules are taken from there.
"""
import json
import sys

import drgn

name, vmcore, vmlinux, *folders = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(vmcore)
if folders:
    prog.debug_info_options.directories = folders
    prog.load_default_debug_info()
else:
    prog.load_debug_info([vmlinux])
found = prog.type("struct " + name)
print(json.dumps({
    "name": found.type_name(),
    "size_bytes": drgn.sizeof(found),
    "definition": str(found).expandtabs(8),
}))
