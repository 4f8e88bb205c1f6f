package org.wyrm.fs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Value;

/**
 * The names that the kernel has in memory of a file system.
 *
 * @param all that hang together with the root
 * @param negative those of files that are not there
 * @param unused those that nobody has a reference to: the kernel may drop them
 */
public record DentryCount(long all, long negative, long unused) {
    /**
     * {@return the count of a file system}
     *
     * @param superBlock {@code struct super_block *}
     * @throws CorruptStructureException if a name in a directory says that it is in another one: so the walk ends
     * @kernel include/linux/dcache.h
     */
    public static DentryCount of(Value superBlock) {
        var root = superBlock.member("s_root");
        if (root.isNull()) {
            return new DentryCount(0, 0, 0);
        }
        var program = superBlock.program();
        var parent = program.field("struct dentry", "d_parent");
        var inode = program.field("struct dentry", "d_inode");
        var references = program.field("struct dentry", "d_lockref.count");
        Deque<Directory> path = new ArrayDeque<>();
        var all = 0L;
        var negative = 0L;
        var unused = 0L;
        var next = root.dereference();
        while (true) {
            all++;
            negative += next.member(inode).isNull() ? 1 : 0;
            unused += next.member(references).longValue() == 0 ? 1 : 0;
            path.push(new Directory(next.address(), Dcache.children(next).iterator()));
            while (!path.isEmpty() && !path.peek().children.hasNext()) {
                path.pop();
            }
            if (path.isEmpty()) {
                return new DentryCount(all, negative, unused);
            }
            next = path.peek().children.next();
            if (next.member(parent).longValue() != path.peek().address) {
                throw new CorruptStructureException(
                        "dentry",
                        Walk.addressOf(next),
                        "its parent is 0x%x, not 0x%x"
                                .formatted(next.member(parent).longValue(), path.peek().address));
            }
        }
    }

    private record Directory(long address, Iterator<Value> children) {}
}
