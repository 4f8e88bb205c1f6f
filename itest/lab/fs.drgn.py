#!/usr/bin/env python3
"""fs.drgn.py VMCORE VMLINUX: what drgn finds of file systems in a dump, a line for each: its name, then words.

FsWalks.java in itest/product says the same of wyrm.
"""
import os
import sys

import drgn
from drgn.helpers.linux.fs import *
from drgn.helpers.linux.kernfs import *
from drgn.helpers.linux.list import hlist_empty, hlist_for_each_entry, list_for_each_entry
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.rbtree import rbtree_inorder_for_each_entry
from drgn.helpers.linux.xarray import xa_for_each, xa_is_value

NODES = 4000

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def hexadecimal(number):
    return "0x%x" % number


def say(name, words):
    print(name + ":", *words)


def text(path):
    return os.fsdecode(path) or "/"


# Files
for task in for_each_task(prog):
    pid = task.pid.value_()
    if not task.files:
        continue
    for fd, file in for_each_file(task):
        if not file:  # a number that is taken, for a file that is not open yet
            continue
        say("fd %d %d" % (pid, fd), [hexadecimal(file.value_()), hexadecimal(fget(task, fd).value_())])
        dentry = file.f_path.dentry
        if not (dentry.d_op and dentry.d_op.d_dname):
            say("path %d %d" % (pid, fd), [text(d_path(file.f_path))])

# Mounts, and paths to where they are
for mount in for_each_mount(prog):
    path = text(mount_dst(mount))
    say("mount 0x%x" % mount.value_(), [path, mount_fstype(mount).decode()])
    for name in path, path + "/.", path + "/..", path + "/../.", "/." + path:
        found = path_lookup(prog, name)
        say("lookup " + name, [hexadecimal(found.mnt.value_()), hexadecimal(found.dentry.value_())])
dentries = []
for name in "/", "/dev", "/run", "/proc", "/tmp", "/mnt/ext4", "/mnt/overlay", "/sys/kernel":
    parent = path_lookup(prog, name).dentry
    if parent.type_.type.has_member("d_children"):
        children = hlist_for_each_entry("struct dentry", parent.d_children.address_of_(), "d_sib")
    else:
        children = list_for_each_entry("struct dentry", parent.d_subdirs.address_of_(), "d_child")
    for child in children:
        path = name.rstrip("/") + "/" + text(child.d_name.name.string_())
        try:
            found = path_lookup(prog, path)
            say("lookup " + path, [hexadecimal(found.mnt.value_()), hexadecimal(found.dentry.value_())])
        except Exception:
            say("lookup " + path, ["none"])

# Inodes
for super_block in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
    say("mounts of 0x%x" % super_block.value_(), [
        hexadecimal(mount.value_())
        for mount in list_for_each_entry("struct mount", super_block.s_mounts.address_of_(), "mnt_instance")
    ])
    count = 0
    for inode in list_for_each_entry("struct inode", super_block.s_inodes.address_of_(), "i_sb_list"):
        count += 1
        at = inode.value_()
        if not hlist_empty(inode.i_dentry) and count <= NODES:
            say("paths of 0x%x" % at, ["/" + text(path).lstrip("/") for path in inode_paths(inode)])
            say("path of 0x%x" % at, ["/" + text(inode_path(inode)).lstrip("/")])
        if inode.i_mapping.nrpages:
            say("pages of 0x%x" % at, [
                "%d=0x%x" % (index, page.value_())
                for index, page in xa_for_each(inode.i_mapping.i_pages.address_of_())
                if not xa_is_value(page)
            ])
    say("inodes of 0x%x" % super_block.value_(), [count])

# sysfs
todo = [prog["sysfs_root_kn"].read_()]
root = todo[0]
seen = 0
while todo and seen < NODES:
    node = todo.pop(0)
    seen += 1
    directory = (node.flags.value_() & 0xF) == 1
    children = []
    if directory:
        children = list(rbtree_inorder_for_each_entry("struct kernfs_node", node.dir.children.address_of_(), "rb"))
        todo += children
    say("node 0x%x" % node.value_(), [
        kernfs_path(node).decode(),
        kernfs_name(node).decode(),
        hexadecimal(kernfs_root(node).value_()),
        hexadecimal(kernfs_parent(node).value_()),
        *[hexadecimal(child.value_()) for child in children],
    ])
    if seen % 10 == 0 and not node.ns:
        found = kernfs_walk(root, kernfs_path(node).decode())
        say("walk 0x%x" % node.value_(), [hexadecimal(found.value_())])
