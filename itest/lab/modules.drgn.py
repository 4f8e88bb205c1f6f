#!/usr/bin/env python3
"""modules.drgn.py VMCORE FILES NAMES SEED COUNT: what drgn tells of the loaded modules of a dump, a JSON object a line.

FILES has the paths of the debug files of the kernel and its modules, NAMES lines "variable NAME" and "struct NAME".
COUNT addresses of each module's text are taken at random by SEED.
"""
import json
import random
import sys

import drgn
from drgn.helpers.linux.list import list_for_each_entry

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
with open(sys.argv[2]) as files:
    prog.load_debug_info(files.read().split())
rng = random.Random(int(sys.argv[4]))


def text(module):
    try:
        return module.core_layout.base.value_(), module.core_layout.text_size.value_()
    except AttributeError:  # since v6.4
        return module.mem[0].base.value_(), module.mem[0].size.value_()


def place(frame):
    try:
        return "%s:%d:%d" % frame.source()
    except LookupError:
        return None


for module in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
    base, size = text(module)
    for _ in range(int(sys.argv[5])):
        pc = base + rng.randrange(size)
        # drgn takes a program counter for one after a call, and looks a byte before it.
        frames = [[frame.name, place(frame)] for frame in prog.stack_trace_from_pcs([pc + 1])]
        print(json.dumps({"module": module.name.string_().decode(), "pc": hex(pc), "frames": frames}))

with open(sys.argv[3]) as names:
    for kind, name in (line.split() for line in names):
        try:
            if kind == "variable":
                print(json.dumps({"variable": name, "address": hex(prog[name].address_)}))
            else:
                print(json.dumps({"struct": name, "definition": str(prog.type("struct " + name)).expandtabs(8)}))
        except LookupError as error:
            print(json.dumps({kind: name, "error": str(error)}))
