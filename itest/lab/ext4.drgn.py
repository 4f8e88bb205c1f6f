#!/usr/bin/env python3
"""ext4.drgn.py VMCORE VMLINUX: what drgn finds of ext4 and its journals in a dump, a line for each: its name, then words.

Ext4Walks.java in itest/product says the same of wyrm. drgn 0.0.31 has no helpers for either: they are walked here, by
drgn's objects.
"""
import sys

import drgn
from drgn.helpers.linux.fs import for_each_mount
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import percpu_counter_sum
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.wait import waitqueue_active, waitqueue_for_each_task

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])

QUEUES = "wait_transaction_locked", "wait_done_commit", "wait_commit", "wait_updates", "wait_reserved", "fc_wait"
LISTS = ("t_reserved_list", "b_tnext"), ("t_buffers", "b_tnext"), ("t_forget", "b_tnext"), \
    ("t_shadow_list", "b_tnext"), ("t_checkpoint_list", "b_cpnext")


def address(value):
    return "0x%x" % value.value_()


def say(name, words):
    print(name + ":", *words)


def ring(first, member):
    found = []
    at = first
    while at:
        found.append(at)
        at = at.member_(member)
        if at == first:
            break
    return found


def noted(kept, prefix):
    return [kept.member_(prefix + name).value_() for name in ("line", "ino", "block")]


owners = set()
for superblock in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
    if superblock.s_type.name.string_() != b"ext4":
        continue
    sbi = drgn.cast("struct ext4_sb_info *", superblock.s_fs_info)
    es = sbi.s_es
    key = "(%s)" % address(superblock)
    say("sbi" + key, [address(sbi), es.s_blocks_count_lo.value_(), es.s_r_blocks_count_lo.value_(),
                      es.s_free_blocks_count_lo.value_(), es.s_error_count.value_()])
    counters = [percpu_counter_sum(sbi.member_(name).address_of_())
                for name in ("s_freeclusters_counter", "s_dirtyclusters_counter", "s_freeinodes_counter")]
    free = max(0, max(0, counters[0]) - max(0, counters[1])) << sbi.s_cluster_bits.value_()
    kept = es.s_r_blocks_count_lo.value_() + (sbi.s_resv_clusters.counter.value_() << sbi.s_cluster_bits.value_())
    say("space" + key, [superblock.s_blocksize.value_(),
                        es.s_blocks_count_lo.value_() - (sbi.s_overhead.value_() << sbi.s_cluster_bits.value_()),
                        free, max(0, free - kept), es.s_inodes_count.value_(), max(0, counters[2])])
    if es.s_first_error_time:
        say("first" + key, [es.s_first_error_time.value_(), *noted(es, "s_first_error_")])
        say("last" + key, [es.s_last_error_time.value_(), *noted(es, "s_last_error_")])
    say("orphans" + key, [address(i) for i in list_for_each_entry("struct ext4_inode_info", sbi.s_orphan.address_of_(), "i_orphan")])
    for inode in list_for_each_entry("struct inode", superblock.s_inodes.address_of_(), "i_sb_list"):
        ei = drgn.container_of(inode, "struct ext4_inode_info", "vfs_inode")
        say("inode(%s)" % address(inode), [address(ei), "0x%x" % (ei.i_flags.value_() & 0xffffffff)])
    journal = sbi.s_journal
    if not journal:
        continue
    owners.add(journal.value_())
    transactions = []
    for role, member in ("RUNNING", "j_running_transaction"), ("COMMITTING", "j_committing_transaction"):
        if journal.member_(member):
            transactions.append((role, journal.member_(member)))
    transactions += [("CHECKPOINT", t) for t in ring(journal.j_checkpoint_transactions, "t_cpnext")]
    say("journal" + key, [address(journal), "0x%x" % journal.j_flags.value_(),
                          *("%s=%s" % (role, address(t)) for role, t in transactions)])
    say("thread" + key, [address(journal.j_task)])
    for queue in QUEUES:
        head = journal.member_("j_" + queue).address_of_()
        if waitqueue_active(head):
            say(queue + key, [address(t) for t in waitqueue_for_each_task(head)])
    say("active" + key, [str(bool(waitqueue_active(journal.member_("j_" + queue).address_of_()))).lower()
                         for queue in ("wait_commit", "wait_done_commit")])
    for _, transaction in transactions:
        owners.add(transaction.value_())
        of = "(%s)" % address(transaction)
        say("transaction" + of, [transaction.t_tid.value_(), transaction.t_state.format_(type_name=False)])
        for head, following in LISTS:
            say(head + of, [address(jh) for jh in ring(transaction.member_(head), following)])

for task in for_each_task(prog):
    if task.journal_info:
        handle = drgn.cast("struct jbd2_journal_handle *", task.journal_info)
        say("handle(%s)" % address(task), [address(handle), address(handle.h_transaction)])
