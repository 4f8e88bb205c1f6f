package org.wyrm.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
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

    /** {@code SB_FREEZE_COMPLETE}, of {@code s_writers.frozen}: nobody may write. */
    private static final long SB_FREEZE_COMPLETE = 4;

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
     * {@return whether a file system is of the driver that has some operations} Nothing but the super block is read for
     * it: one that is damaged keeps nobody from the others.
     *
     * @param superBlock {@code struct super_block *}
     * @param operations the name of its {@code struct super_operations}
     */
    public static boolean hasOperations(Value superBlock, String operations) {
        var address = superBlock.member("s_op").longValue();
        return superBlock.program().symbolsAt(address).stream()
                .anyMatch(symbol -> symbol.address() == address && symbol.name().equals(operations));
    }

    /**
     * {@return those of some super blocks that are on some disks, in the order of these; all where no disk is named}
     *
     * @param superBlocks each a {@code struct super_block}
     * @param command that lists them
     * @throws LookupFailedException if one is on none of them
     */
    public static Stream<Value> onDisks(Stream<Value> superBlocks, List<String> disks, String command) {
        if (disks.isEmpty()) {
            return superBlocks;
        }
        var listed = superBlocks.toList();
        return disks.stream()
                .map(name -> listed.stream()
                        .filter(superBlock -> disk(superBlock).equals(name))
                        .findFirst()
                        .orElseThrow(() -> new LookupFailedException(
                                command + " of disk", name, "`%s` lists them".formatted(command))));
    }

    /**
     * {@return what a file system is on, {@code vda}; its type where it is on no disk}
     *
     * @param superBlock {@code struct super_block *}
     */
    public static String disk(Value superBlock) {
        return superBlock.member("s_id").string();
    }

    /**
     * {@return what keeps tasks from changing a file system, {@code read-only} and {@code frozen}: a list of the caller's}
     *
     * @param superBlock {@code struct super_block *}
     * @kernel include/linux/fs.h
     */
    public static List<String> state(Value superBlock) {
        var words = new ArrayList<String>();
        if ((superBlock.member("s_flags").longValue() & Mounts.SB_RDONLY) != 0) {
            words.add("read-only");
        }
        if (superBlock.member("s_writers").member("frozen").longValue() == SB_FREEZE_COMPLETE) {
            words.add("frozen");
        }
        return words;
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
