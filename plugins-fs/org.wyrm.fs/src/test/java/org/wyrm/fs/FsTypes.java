package org.wyrm.fs;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the tests of this bundle need, as BTF: as of v6.12, with few members. */
final class FsTypes {
    /** Offsets of members, in bytes. */
    static final int DENTRY_NAME_BYTES = 8;

    static final int DENTRY_NAME = 16;
    static final int DENTRY_INODE = 24;
    static final int DENTRY_SIBLING = 32;
    static final int DENTRY_CHILDREN = 48;
    static final int DENTRY_COUNT = 56;
    static final int MOUNT_POINT = 8;
    static final int MOUNT_VFSMOUNT = 16;
    static final int MOUNT_CHILDREN = 24;
    static final int MOUNT_CHILD = 40;
    static final int NODE_NAME = 8;
    static final int NODE_FLAGS = 16;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label number = types.integer("long unsigned int", 8, 0);
    private final Label count = types.integer("unsigned int", 4, 0);
    private final Label character = types.integer("char", 1, 1);

    static TestProgram program() {
        var made = new FsTypes();
        made.names();
        return new TestProgram(made.types).contribute(Language.class, new CLanguage());
    }

    private void names() {
        var inode = types.pointer(types.struct("inode", 8, types.member("i_ino", number, 0)));
        var link = types.label();
        var linkPointer = types.pointer(link);
        types.at(link);
        types.struct("hlist_node", 16, types.member("next", linkPointer, 0), types.member("pprev", number, 64));
        var head = types.struct("hlist_head", 8, types.member("first", linkPointer, 0));
        var text = types.pointer(character);
        var name = types.struct("qstr", 16, types.member("len", count, 0), types.member("name", text, 64));
        var reference = types.struct("lockref", 8, types.member("count", count, 0));
        var dentry = types.label();
        var dentryPointer = types.pointer(dentry);
        types.at(dentry);
        types.struct(
                "dentry",
                64,
                types.member("d_parent", dentryPointer, 0),
                types.member("d_name", name, DENTRY_NAME_BYTES * 8),
                types.member("d_inode", inode, DENTRY_INODE * 8),
                types.member("d_sib", link, DENTRY_SIBLING * 8),
                types.member("d_children", head, DENTRY_CHILDREN * 8),
                types.member("d_lockref", reference, DENTRY_COUNT * 8));
        types.struct("super_block", 8, types.member("s_root", dentryPointer, 0));
        mounts(dentryPointer);
        nodes(text);
    }

    private void mounts(Label dentryPointer) {
        var list = types.label();
        var listPointer = types.pointer(list);
        types.at(list);
        types.struct("list_head", 16, types.member("next", listPointer, 0), types.member("prev", listPointer, 64));
        var seen = types.struct("vfsmount", 8, types.member("mnt_root", dentryPointer, 0));
        var mount = types.label();
        var mountPointer = types.pointer(mount);
        types.at(mount);
        types.struct(
                "mount",
                56,
                types.member("mnt_parent", mountPointer, 0),
                types.member("mnt_mountpoint", dentryPointer, MOUNT_POINT * 8),
                types.member("mnt", seen, MOUNT_VFSMOUNT * 8),
                types.member("mnt_mounts", list, MOUNT_CHILDREN * 8),
                types.member("mnt_child", list, MOUNT_CHILD * 8));
        types.struct(
                "path", 16, types.member("mnt", types.pointer(seen), 0), types.member("dentry", dentryPointer, 64));
    }

    private void nodes(Label text) {
        var node = types.label();
        var nodePointer = types.pointer(node);
        types.at(node);
        types.struct(
                "kernfs_node",
                24,
                types.member("parent", nodePointer, 0),
                types.member("name", text, NODE_NAME * 8),
                types.member("flags", number, NODE_FLAGS * 8));
    }
}
