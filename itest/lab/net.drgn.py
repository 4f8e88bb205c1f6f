#!/usr/bin/env python3
"""net.drgn.py VMCORE VMLINUX: what drgn finds in the network stack of a dump, a line for each: its name, then words.

NetWalks.java in itest/product says the same of wyrm. What drgn 0.0.31 has a helper for is asked of it; the rest is walked
here, by drgn's lists.
"""
import sys

import drgn
from drgn.helpers.linux.fs import for_each_file
from drgn.helpers.linux.list import hlist_for_each_entry, list_for_each_entry
from drgn.helpers.linux.net import *
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.tc import qdisc_lookup
from drgn.helpers.linux.tcp import sk_tcpstate

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def address(value):
    return "0x%x" % value.value_() if value.type_.kind == drgn.TypeKind.POINTER else "0x%x" % value.address_


def say(name, words):
    print(name + ":", *words)


def addresses(name, values):
    say(name, map(address, values))


def chain(first, member):
    while first:
        yield first
        first = first.member_(member)


def skbs(sk):
    head = sk.sk_receive_queue.address_of_()
    skb = head.next
    while skb.value_() != head.value_():
        yield skb
        skb = skb.next


addresses("nets", for_each_net(prog))
for net in for_each_net(prog):
    devices = list(list_for_each_entry("struct net_device", net.dev_base_head.address_of_(), "dev_list"))
    addresses("devices(%s)" % address(net), devices)
    for dev in devices:
        key = "(%s)" % address(dev)
        say("name" + key, [dev.name.string_().decode()])
        addresses("by index" + key, [netdev_get_by_index(net, dev.ifindex)])
        addresses("by name" + key, [netdev_get_by_name(net, dev.name.string_())])
        addresses("priv" + key, [netdev_priv(dev)])
        addresses("queues" + key, netdev_for_each_tx_queue(dev))
        addresses("ipv4" + key, chain(dev.ip_ptr.ifa_list, "ifa_next") if dev.ip_ptr else [])
        addresses("ipv6" + key, list_for_each_entry(
            "struct inet6_ifaddr", dev.ip6_ptr.addr_list.address_of_(), "if_list") if dev.ip6_ptr else [])
        major = dev.qdisc.handle.value_() >> 16
        # It follows the queue of a device that is down into memory of others, if it does not find one at once.
        for wanted in (major, 0x7777) if dev.qdisc.dev_queue.dev == dev else (major,):
            found = qdisc_lookup(dev, wanted)
            addresses("qdisc %d%s" % (wanted, key), [found] if found else [])

table = prog["tcp_hashinfo"]
for i in range(table.ehash_mask.value_() + 1):
    head = table.ehash[i].chain.address_of_()
    if head.first.value_() & 1:
        continue
    addresses("ehash %d" % i, sk_nulls_for_each(head))
    for sk in sk_nulls_for_each(head):
        say("state(%s)" % address(sk), [int(sk_fullsock(sk)), sk_tcpstate(sk).value_()])

operations = prog["socket_file_ops"].address_of_()
for task in for_each_task(prog):
    if task.tgid != task.pid or not task.files:
        continue
    for fd, file in for_each_file(task):
        if file.f_op == operations:
            socket = SOCKET_I(file.f_inode)
            key = "(%d %d)" % (task.pid.value_(), fd)
            addresses("socket" + key, [socket, SOCK_INODE(socket)])
            for i, skb in enumerate(skbs(socket.sk)):
                addresses("shinfo %d%s" % (i, key), [skb_shinfo(skb)])

for name in "arp_tbl", "nd_tbl":
    hash_table = prog[name].nht
    addresses(name, (n for i in range(1 << hash_table.hash_shift.value_())
                     for n in chain(hash_table.hash_buckets[i], "next")))
