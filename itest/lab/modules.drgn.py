#!/usr/bin/env python3
"""modules.drgn.py VMCORE FILES QUESTIONS: what drgn tells of the loaded modules of a dump, a JSON object a line.

FILES has the paths of the debug files of the kernel and its modules, QUESTIONS lines "pc ADDRESS", "variable NAME" and
"struct NAME".
"""
import json
import sys

import drgn

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
with open(sys.argv[2]) as files:
    prog.load_debug_info(files.read().split())


def place(frame):
    try:
        return "%s:%d:%d" % frame.source()
    except LookupError:
        return None


with open(sys.argv[3]) as questions:
    for kind, name in (line.split() for line in questions):
        try:
            if kind == "pc":
                # drgn takes a program counter for one after a call, and looks a byte before it.
                frames = [[frame.name, place(frame)] for frame in prog.stack_trace_from_pcs([int(name, 16) + 1])]
                print(json.dumps({"pc": name, "frames": frames}))
            elif kind == "variable":
                print(json.dumps({"variable": name, "address": hex(prog[name].address_)}))
            else:
                print(json.dumps({"struct": name, "definition": str(prog.type("struct " + name)).expandtabs(8)}))
        except LookupError as error:
            print(json.dumps({kind: name, "error": str(error)}))
