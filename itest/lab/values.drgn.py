#!/usr/bin/env python3
"""values.drgn.py VMCORE FILES QUESTIONS: what drgn writes of objects of a dump, a JSON object a line.

FILES has the paths of debug files. Each line of QUESTIONS is a JSON object: the name of a variable, the file that it is
defined in or null, a CPU or null, the steps from it (a member's name, an element's number, "*"), and options of
Object.format_().
"""
import json
import sys

import drgn
from drgn.helpers.linux.percpu import per_cpu

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
with open(sys.argv[2]) as files:
    prog.load_debug_info(files.read().split())


def find(question):
    value = prog.variable(question["name"], question["file"])
    if question["cpu"] is not None:
        value = per_cpu(value, question["cpu"])
    for step in question["steps"]:
        if step == "*":
            value = value[0]
        elif isinstance(step, int):
            value = value[step]
        else:
            value = value.member_(step)
    return value


with open(sys.argv[3]) as questions:
    for line in questions:
        question = json.loads(line)
        try:
            print(json.dumps({"text": find(question).format_(**question["options"])}))
        except Exception as error:
            print(json.dumps({"error": "%s: %s" % (type(error).__name__, error)}))
