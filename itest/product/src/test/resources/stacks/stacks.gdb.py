# The stacks of all threads as JSON, one object with the threads' numbers as keys, written to the file that $stacks names.
#
# A value is written as the numbers in it: integers, enumerations and pointers unsigned in their size, floating-point
# numbers as the bits of a double, structures in braces and arrays in brackets; null where it is optimized out.
import json
import struct

import gdb

MOST_ELEMENTS = 64
NO_VARIABLES = (gdb.SYMBOL_LOC_TYPEDEF, gdb.SYMBOL_LOC_LABEL)


def members(type):
    for field in type.fields():
        inner = field.type.strip_typedefs()
        if field.name:
            yield field, None
        elif inner.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            yield field, inner


def compound(value, type):
    for field, inner in members(type):
        if inner is None:
            yield text(value[field])
        else:
            yield from compound(value[field], inner)


def joined(begin, parts, end):
    """Of an object some parts may be optimized out; if all are, so is the object."""
    parts = list(parts)
    return "?" if parts and all(part == "?" for part in parts) else begin + ",".join(parts) + end


def text(value):
    type = value.type.strip_typedefs()
    if type.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return joined("{", compound(value, type), "}")
    if type.code == gdb.TYPE_CODE_ARRAY:
        low, high = type.range()
        return joined("[", (text(value[at]) for at in range(low, min(high + 1, low + MOST_ELEMENTS))), "]")
    if value.is_optimized_out:
        return "?"
    if type.code == gdb.TYPE_CODE_FLT:
        return "%016x" % struct.unpack("<Q", struct.pack("<d", float(value)))[0]
    if type.code in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_METHOD):
        return "function"
    if type.sizeof > 8:
        return str(int(value.format_string(format="x"), 16))
    return str(int(value) & ((1 << 8 * type.sizeof) - 1))


def checked(symbol, frame):
    try:
        return text(symbol.value(frame))
    except gdb.MemoryError:
        return "fault"
    except gdb.error as error:
        return "error " + str(error)


def variables(frame):
    found = {}
    try:
        block = frame.block()
    except RuntimeError:
        return found
    while block is not None and not block.is_global and not block.is_static:
        for symbol in block:
            # Labels have a type of their own.
            is_label = str(symbol.type) == "__CORE_ADDR"
            if (symbol.is_argument or symbol.is_variable) and not is_label and symbol.addr_class not in NO_VARIABLES:
                found.setdefault(symbol.name, []).append(checked(symbol, frame))
        if block.function is not None:
            break
        block = block.superblock
    return found


KINDS = {gdb.NORMAL_FRAME: "normal", gdb.INLINE_FRAME: "inline", gdb.TAILCALL_FRAME: "tail",
         gdb.SIGTRAMP_FRAME: "signal"}


def frames():
    rows = []
    frame = gdb.newest_frame()
    while frame is not None and frame.is_valid() and len(rows) < 2000:
        # The length of an array may be a variable's: gdb takes it from the frame that is selected.
        frame.select()
        place = frame.find_sal()
        rows.append({
            "function": frame.name(),
            "kind": KINDS.get(frame.type(), str(frame.type())),
            "pc": "%x" % frame.pc(),
            "line": place.line if place.symtab is not None else 0,
            "file": place.symtab.filename if place.symtab is not None else None,
            "variables": variables(frame),
        })
        try:
            frame = frame.older()
        except gdb.error:
            break
    return rows


stacks = {}
for thread in gdb.selected_inferior().threads():
    thread.switch()
    stacks[str(thread.ptid[1] or thread.ptid[0])] = frames()
with open(gdb.convenience_variable("stacks").string(), "w") as out:
    json.dump(stacks, out)
