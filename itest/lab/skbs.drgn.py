#!/usr/bin/env python3
"""skbs.drgn.py VMCORE VMLINUX SOCK...: the packets that drgn finds in the queues of sockets of TCP, by the addresses of
their struct sock: a line for each queue that has some, its name, then address, length and size in memory of each packet.

SkbsIT.java in itest/product compares them with wyrm's.
"""
import sys

import drgn
from drgn.helpers.linux.rbtree import rbtree_inorder_for_each_entry

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def queue(head):
    skb = head.next
    while skb.value_() != head.address_of_().value_():
        yield skb
        skb = skb.next


def say(name, sk, skbs):
    words = ["0x%x,%d,%d" % (skb.value_(), skb.len.value_(), skb.truesize.value_()) for skb in skbs]
    if words:
        print("%s-0x%x:" % (name, sk.value_()), *words)


for word in sys.argv[3:]:
    sk = drgn.Object(prog, "struct sock *", value=int(word, 16))
    say("receive", sk, queue(sk.sk_receive_queue))
    say("write", sk, queue(sk.sk_write_queue))
    say("retransmit", sk, rbtree_inorder_for_each_entry("struct sk_buff", sk.tcp_rtx_queue.address_of_(), "rbnode"))
    tcp = drgn.cast("struct tcp_sock *", sk)
    say("out-of-order", sk, rbtree_inorder_for_each_entry("struct sk_buff", tcp.out_of_order_queue.address_of_(), "rbnode"))
