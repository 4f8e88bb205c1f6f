#!/usr/bin/env -S wyrm script
// The inodes of a file system that are in memory: address, number, type, links, size in bytes, path in that file
// system, or - where the cache has no name of it.
// Argument: PATH, of any file in it.

if (args.size() != 1) {
    System.err.println 'usage: wyrm script fs_inodes PATH'
    exit(2)
}
def block = path_lookup(args[0]).dentry.d_sb

println 'INODE                     NUMBER TYPE LINKS         SIZE PATH'
for (inode in list_for_each_entry('struct inode', block.s_inodes.address_of_(), 'i_sb_list')) {
    def type = decode_file_type(inode.i_mode)
    def path = inode_path(inode) ?: '-'
    printf('%s %13s %-4s %5s %12s %s%n', "$inode", inode.i_ino, type, inode.i_nlink, inode.i_size, path)
}
