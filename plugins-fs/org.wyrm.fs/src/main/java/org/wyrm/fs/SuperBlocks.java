package org.wyrm.fs;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** File systems in use: {@code struct super_block}. */
@ProvidesHelpers(names = "super_block_for_each_mount")
public final class SuperBlocks {
    /** The kernel's own mount of a file system, which nobody sees. */
    private static final long MNT_INTERNAL = 0x4000;

    private static final int MINOR_BITS = 20;

    private SuperBlocks() {}

    /**
     * {@return the file systems in use, {@code struct super_block}}
     *
     * @kernel fs/super.c
     */
    public static Stream<Value> forEachSuperBlock(Program program) {
        return Lists.listForEachEntry(program.type("struct super_block"), program.variable("super_blocks"), "s_list");
    }

    /**
     * {@return the mounts of a file system, {@code struct mount}, those of all name spaces and the kernel's own}
     *
     * @param superBlock {@code struct super_block *}
     * @kernel fs/mount.h
     */
    @KernelName("super_block_for_each_mount")
    public static Stream<Value> superBlockForEachMount(Value superBlock) {
        return Lists.listForEachEntry(
                superBlock.program().type("struct mount"), superBlock.member("s_mounts"), "mnt_instance");
    }

    /**
     * {@return the inodes of a file system that are in memory, {@code struct inode}}
     *
     * @param superBlock {@code struct super_block *}
     * @kernel include/linux/fs.h
     */
    public static Stream<Value> inodes(Value superBlock) {
        return Lists.listForEachEntry(
                superBlock.program().type("struct inode"), superBlock.member("s_inodes"), "i_sb_list");
    }

    /**
     * {@return the type of a file system, with its subtype after a dot}
     *
     * @param superBlock {@code struct super_block *}
     */
    public static String fstype(Value superBlock) {
        var type = superBlock.member("s_type").member("name").string();
        var subtype = superBlock.member("s_subtype");
        return subtype.isNull() ? type : type + "." + subtype.string();
    }

    /**
     * {@return the device of a file system, as in {@code 254:16}; one that is only a number where it has none}
     *
     * @param superBlock {@code struct super_block *}
     */
    public static String device(Value superBlock) {
        return device(superBlock.member("s_dev").longValue());
    }

    /**
     * {@return a device's number as in {@code 254:16}}
     *
     * @param number {@code dev_t}, as the kernel has it
     * @kernel include/linux/kdev_t.h
     */
    public static String device(long number) {
        return (number >>> MINOR_BITS) + ":" + (number & ((1 << MINOR_BITS) - 1));
    }

    /**
     * {@return a mount by which all of a file system can be reached, {@code struct mount}, one of the initial name space
     * if there is one; empty if only parts of it are mounted, or only the kernel itself uses it}
     *
     * @param superBlock {@code struct super_block *}
     */
    public static Optional<Value> wholeMount(Value superBlock) {
        var root = superBlock.member("s_root").longValue();
        var whole = superBlockForEachMount(superBlock)
                .filter(mount -> (mount.member("mnt").member("mnt_flags").longValue() & MNT_INTERNAL) == 0
                        && mount.member("mnt").member("mnt_root").longValue() == root)
                .toList();
        var initial = Mounts.initialNamespace(superBlock.program()).longValue();
        return whole.stream()
                .filter(mount -> mount.member("mnt_ns").longValue() == initial)
                .findFirst()
                .or(() -> whole.stream().findFirst());
    }

    /**
     * {@return a path of an inode: from the root of the name space where its file system is mounted as a whole, else
     * from that of the file system; empty if the cache has no name of it}
     *
     * @param inode {@code struct inode *}
     */
    public static Optional<String> path(Value inode) {
        return Inodes.aliases(inode)
                .findFirst()
                .map(dentry -> wholeMount(inode.member("i_sb"))
                        .map(mount -> Dcache.dPath(mount, dentry.addressOf()))
                        .orElseGet(() -> Dcache.dentryPath(dentry)));
    }
}
