# The wide registers of each thread's innermost frame as JSON, one object with the threads' numbers as keys, written to the
# file that $stacks names: vectors as hexadecimal numbers, floating-point numbers as the bits of a double.
import json
import struct

import gdb


def number(text):
    return int(gdb.parse_and_eval(text).format_string(format="x"), 16)


def registers():
    found = {}
    for index in range(16):
        found["xmm%d" % index] = "%032x" % number("$xmm%d.uint128" % index)
    for index in range(16):
        try:
            high, low = number("$ymm%d.v2_int128[1]" % index), number("$ymm%d.v2_int128[0]" % index)
        except gdb.error:
            break  # a CPU without them
        found["ymm%d" % index] = "%032x%032x" % (high, low)
    for index in range(8):
        value = float(gdb.parse_and_eval("$st%d" % index))
        found["st%d" % index] = "%016x" % struct.unpack("<Q", struct.pack("<d", value))[0]
    return found


rows = {}
for thread in gdb.selected_inferior().threads():
    thread.switch()
    gdb.newest_frame().select()
    rows[str(thread.ptid[1] or thread.ptid[0])] = registers()
with open(gdb.convenience_variable("stacks").string(), "w") as out:
    json.dump(rows, out)
