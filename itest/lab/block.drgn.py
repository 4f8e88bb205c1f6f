#!/usr/bin/env python3
"""block.drgn.py VMCORE VMLINUX: what drgn finds in the block layer of a dump, a line for each: its name, then words.

BlockWalks.java in itest/product says the same of wyrm. What drgn 0.0.31 has a helper for is asked of it: disks and
partitions. The rest is walked here, by drgn's objects.
"""
import sys

import drgn
from drgn.helpers.linux.block import *
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import per_cpu_ptr
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.xarray import xa_for_each

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def address(value):
    return "0x%x" % value.value_()


def say(name, words):
    print(name + ":", *words)


def has(value, member):
    try:
        value.member_(member)
        return True
    except LookupError:
        return False


def part_words(part):
    """Of struct block_device, and struct hd_struct before it."""
    if has(part, "start_sect"):
        return [part.partno.value_(), part.start_sect.value_(), part.nr_sects.value_(), int(part.policy.value_() != 0)]
    if has(part, "__bd_flags"):
        read_only = part.__bd_flags.counter.value_() & 256 != 0
    else:
        read_only = part.bd_read_only.value_()
    return [bdev_partno(part).value_(), part.bd_start_sect.value_(), part.bd_nr_sectors.value_(), int(read_only)]


def hw_queues(queue):
    if has(queue, "hctx_table"):
        for _, entry in xa_for_each(queue.hctx_table.address_of_()):
            yield drgn.cast("struct blk_mq_hw_ctx *", entry)
    elif queue.queue_hw_ctx:
        for i in range(queue.nr_hw_queues):
            yield queue.queue_hw_ctx[i]


def bits(bitmap):
    """The bits of a struct sbitmap, one after the other."""
    per_word = 1 << bitmap.shift.value_()
    for bit in range(bitmap.depth.value_()):
        word = bitmap.map[bit // per_word]
        if (word.word.value_() & ~word.cleared.value_()) >> (bit % per_word) & 1:
            yield bit


def tags_in_use(tags):
    reserved = tags.nr_reserved_tags.value_()
    if reserved:
        yield from bits(tags.breserved_tags.sb)
    for bit in bits(tags.bitmap_tags.sb):
        yield bit + reserved


def references(rq):
    return (rq.ref.refs if has(rq.ref, "refs") else rq.ref).counter.value_()


def driver_requests(queue):
    for hctx in hw_queues(queue):
        for tag in tags_in_use(hctx.tags):
            rq = hctx.tags.rqs[tag]
            if rq and rq.tag == tag and rq.q == queue and rq.mq_hctx == hctx and references(rq):
                yield rq


def scheduler_requests(queue):
    seen = set()
    for hctx in hw_queues(queue):
        if not hctx.sched_tags or hctx.sched_tags.value_() in seen:
            continue
        seen.add(hctx.sched_tags.value_())
        for tag in tags_in_use(hctx.sched_tags):
            rq = hctx.sched_tags.static_rqs[tag]
            if rq.q == queue and references(rq):
                yield rq


def bios(rq):
    bio = rq.bio
    while bio:
        yield bio
        bio = bio.bi_next


def plugged(task):
    plug = task.plug
    if not plug:
        return []
    if has(plug.mq_list, "prev"):
        return list(list_for_each_entry("struct request", plug.mq_list.address_of_(), "queuelist"))
    found = []
    rq = plug.mq_list.head if has(plug.mq_list, "head") else plug.mq_list
    while rq:
        found.append(rq)
        rq = rq.rq_next
    return found


def in_flight(part, direction):
    stats = part.bd_stats if has(part, "bd_stats") else part.dkstats
    return sum(per_cpu_ptr(stats, cpu).in_flight[direction].a.counter.value_() for cpu in possible)


possible = [cpu for cpu in range(prog["nr_cpu_ids"].value_()) if prog["__cpu_possible_mask"].bits[0] >> cpu & 1]

say("disks", map(address, for_each_disk(prog)))
for disk in for_each_disk(prog):
    key = "(%s)" % address(disk)
    queue = disk.queue
    say("disk" + key, [disk_name(disk).decode(), disk_devt(disk).value_()])
    part0 = disk.part0.address_of_() if disk.part0.type_.kind == drgn.TypeKind.STRUCT else disk.part0
    say("part0" + key, [address(part0), in_flight(part0, 0), in_flight(part0, 1)])
    say("scheduler" + key, [queue.elevator.type.elevator_name.string_().decode() if queue.elevator else "none"])
    say("hardware queues" + key, map(address, hw_queues(queue)))
    say("driver" + key, map(address, driver_requests(queue)))
    say("sched" + key, map(address, scheduler_requests(queue)))
    say("busy" + key, map(address, scheduler_requests(queue) if queue.elevator else driver_requests(queue)))
    for hctx in hw_queues(queue):
        tags = hctx.tags
        say("tags(%s)" % address(hctx), [
            tags.nr_tags.value_(), tags.nr_reserved_tags.value_(), *tags_in_use(tags)])
        size = drgn.sizeof(prog.type("struct request"))
        for i in range(tags.nr_tags):
            rq = tags.static_rqs[i] if tags.static_rqs else None
            # What was never used is as it was allocated.
            if rq and rq.q:
                operation = rq.cmd_flags.value_() & 0xFF
                say("request(%s)" % address(rq), [
                    rq.__sector.value_(), rq.__data_len.value_(), operation, operation & 1, "0x%x" % (rq.value_() + size)])
    for rq in {rq.value_(): rq for rq in [*driver_requests(queue), *scheduler_requests(queue)]}.values():
        say("bios(%s)" % address(rq), map(address, bios(rq)))

say("partitions", map(address, for_each_partition(prog)))
for part in for_each_partition(prog):
    say("part(%s)" % address(part), [part_name(part).decode(), part_devt(part).value_(), *part_words(part)])

say("blockdev pages", [sum(
    inode.i_mapping.nrpages.value_()
    for inode in list_for_each_entry("struct inode", prog["blockdev_superblock"].s_inodes.address_of_(), "i_sb_list"))])
clock = prog["tk_core"].timekeeper.tkr_mono
say("monotonic", [clock.base.value_() + (clock.xtime_nsec.value_() >> clock.shift.value_())])
say("plugged", (address(rq) for task in for_each_task(prog) for rq in plugged(task)))
