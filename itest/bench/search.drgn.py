#!/usr/bin/env python3
"""search.drgn.py bytes|number DUMP: what `wyrm search -p --format jsonl` finds of search.sh's patterns.

By drgn's own search where it has one (since 0.0.33), else by reading the dump with drgn, 1 MiB at a time, and
searching in Python.
"""
import json
import os
import struct
import sys

import drgn

BLOCK = 1 << 20
kind, dump = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(dump)
wanted = b"Linux version" if kind == "bytes" else struct.pack("<Q", 0xDEAD000000000100)
alignment = 1 if kind == "bytes" else 8


def segments():
    """The PT_LOADs of the file by their physical addresses, each once; of a diskdump, those of the ELF file beside it."""
    with open(dump, "rb") as file:
        is_elf = file.read(4) == b"\x7fELF"
    with open(dump if is_elf else os.path.dirname(dump) + "/vmcore.elf", "rb") as file:
        header = file.read(64)
        offset, = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        seen = set()
        for index in range(count):
            file.seek(offset + index * size)
            kind, _, _, _, address, byte_size = struct.unpack_from("<IIQQQQ", file.read(size))
            if kind == 1 and address not in seen:
                seen.add(address)
                yield address, byte_size


def by_reading():
    for address, size in sorted(segments()):
        for start in range(0, size, BLOCK):
            count = min(BLOCK + len(wanted) - 1, size - start)
            try:
                block = prog.read(address + start, count, True)
            except drgn.FaultError:  # memory of a device, which a diskdump has not
                continue
            at = block.find(wanted)
            while 0 <= at < BLOCK:
                if (address + start + at) % alignment == 0:
                    yield address + start + at
                at = block.find(wanted, at + 1)


def by_search():
    found = prog.search_memory(wanted, alignment=alignment)
    found.set_address_range(physical=True)
    return found


for address in by_search() if hasattr(prog, "search_memory") else by_reading():
    print(json.dumps({"physical_address": "0x%016x" % int(address)}))
