#!/usr/bin/env python3
"""stacks.drgn.py VMCORE FILES QUESTIONS: the stack of every task of a dump, idle ones too, a JSON object a line.

FILES has the paths of debug files. QUESTIONS has nothing, or the word "locals": then each frame has its parameters and
variables, written without what they point to.
"""
import json
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_present_cpu
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import idle_task

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
with open(sys.argv[2]) as files:
    prog.load_debug_info(files.read().split())
with open(sys.argv[3]) as questions:
    with_locals = "locals" in questions.read()


def source(frame):
    try:
        return frame.source()
    except LookupError:
        return None


def local(frame, name):
    try:
        value = frame[name]
        if value.absent_:
            return {"name": name, "absent": True}
        text = value.format_(dereference=False, symbolize=True)
        return {"name": name, "text": text, "address": value.address_}
    except Exception as error:
        return {"name": name, "error": "%s: %s" % (type(error).__name__, error)}


def tell(frame):
    return {
        "name": frame.name,
        "pc": frame.pc,
        "inline": frame.is_inline,
        "interrupted": frame.interrupted,
        "source": source(frame),
        "locals": [local(frame, name) for name in frame.locals()] if with_locals else [],
    }


def trace(task):
    told = {"pid": task.pid.value_(), "task": task.value_()}
    try:
        told["frames"] = [tell(frame) for frame in prog.stack_trace(task)]
    except Exception as error:
        told["error"] = "%s: %s" % (type(error).__name__, error)
    print(json.dumps(told))


for each in for_each_task(prog):
    trace(each)
for cpu in for_each_present_cpu(prog):
    trace(idle_task(prog, cpu))
