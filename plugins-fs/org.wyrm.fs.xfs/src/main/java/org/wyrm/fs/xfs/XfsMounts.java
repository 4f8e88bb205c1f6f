package org.wyrm.fs.xfs;

import java.util.stream.Stream;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** File systems of XFS: {@code struct xfs_mount}. */
@ProvidesHelpers(
        names = {
            "XFS_FSB_TO_INO",
            "XFS_M",
            "xfs_fdblocks_unavailable",
            "xfs_fs_statfs",
            "xfs_is_shutdown",
            "xfs_is_unmounting"
        })
public final class XfsMounts {
    private static final String OPERATIONS = "xfs_super_operations";

    /** {@code XFS_OPSTATE_UNMOUNTING} and {@code XFS_OPSTATE_SHUTDOWN}, bits of {@code m_opstate}. */
    private static final long UNMOUNTING = 1;

    private static final long SHUTDOWN = 1 << 2;

    /** {@code XFS_MOUNT_UNMOUNTING} and {@code XFS_MOUNT_FS_SHUTDOWN}, of {@code m_flags}. */
    private static final long XFS_MOUNT_UNMOUNTING = 1 << 1;

    private static final long XFS_MOUNT_FS_SHUTDOWN = 1 << 4;

    /** {@code XFS_MAXINUMBER}. */
    private static final long XFS_MAXINUMBER = (1L << 56) - 1;

    private XfsMounts() {}

    /**
     * How much a file system holds and has left.
     *
     * @param blockBytes of a block
     * @param blocks all that files can have, and those that they have
     * @param freeBlocks which nobody has, nor was promised
     * @param inodes all there may be
     * @param freeInodes which no file has
     */
    public record Space(long blockBytes, long blocks, long freeBlocks, long inodes, long freeInodes) {}

    /**
     * {@return the super blocks of the file systems of XFS, {@code struct super_block}}
     *
     * @kernel fs/xfs/xfs_super.c
     */
    public static Stream<Value> forEachXfsSuperBlock(Program program) {
        return SuperBlocks.forEachSuperBlock(program)
                .filter(superBlock -> SuperBlocks.hasOperations(superBlock, OPERATIONS));
    }

    /**
     * {@return what XFS knows of a file system, {@code struct xfs_mount}}
     *
     * @param superBlock {@code struct super_block *}, of XFS
     * @kernel fs/xfs/xfs_super.h
     */
    @KernelName("XFS_M")
    public static Value xfsM(Value superBlock) {
        var program = superBlock.program();
        return program.object(
                program.type("struct xfs_mount"), superBlock.member("s_fs_info").longValue());
    }

    /**
     * {@return whether a file system was given up: it changes nothing on the disk any more}
     *
     * @param mp {@code struct xfs_mount *}
     * @kernel fs/xfs/xfs_mount.h
     */
    @KernelName("xfs_is_shutdown")
    public static boolean xfsIsShutdown(Value mp) {
        return hasState(mp, SHUTDOWN, XFS_MOUNT_FS_SHUTDOWN);
    }

    /**
     * {@return whether a file system is being unmounted}
     *
     * @param mp {@code struct xfs_mount *}
     * @kernel fs/xfs/xfs_mount.h
     */
    @KernelName("xfs_is_unmounting")
    public static boolean xfsIsUnmounting(Value mp) {
        return hasState(mp, UNMOUNTING, XFS_MOUNT_UNMOUNTING);
    }

    private static boolean hasState(Value mp, long bit, long flag) {
        // Since Linux kernel commit 2e973b2cd4cd ("xfs: convert remaining mount flags to state flags") (in v5.15), what
        // changes is apart from the options.
        return mp.findMember("m_opstate")
                .map(state -> (state.longValue() & bit) != 0)
                .orElseGet(() -> (mp.member("m_flags").longValue() & flag) != 0);
    }

    /**
     * {@return how many free blocks no file can have: they are kept for the trees that tell what is free, and by them}
     *
     * @param mp {@code struct xfs_mount *}
     * @kernel fs/xfs/xfs_mount.h
     */
    @KernelName("xfs_fdblocks_unavailable")
    public static long xfsFdblocksUnavailable(Value mp) {
        return mp.member("m_alloc_set_aside").longValue()
                + mp.findMember("m_allocbt_blks")
                        .map(blocks -> blocks.member("counter").longValue())
                        .orElse(0L);
    }

    /**
     * {@return how many inodes some blocks have room for}
     *
     * @param mp {@code struct xfs_mount *}
     * @kernel fs/xfs/libxfs/xfs_format.h
     */
    @KernelName("XFS_FSB_TO_INO")
    public static long xfsFsbToIno(Value mp, long blocks) {
        return blocks << mp.member("m_sb").member("sb_inopblog").longValue();
    }

    /**
     * {@return how much a file system holds and has left, as {@code statfs} says it of a directory without a quota of its
     * project and without the device for real time}
     *
     * @param mp {@code struct xfs_mount *}
     * @kernel fs/xfs/xfs_super.c
     */
    @KernelName("xfs_fs_statfs")
    public static Space xfsFsStatfs(Value mp) {
        var sb = mp.member("m_sb");
        var isLogInside = sb.member("sb_logstart").longValue() != 0;
        var logBlocks = isLogInside ? sb.member("sb_logblocks").longValue() : 0;
        var free = Math.max(0, Percpu.percpuCounterSum(mp.member("m_fdblocks")) - xfsFdblocksUnavailable(mp));
        var inodes = Percpu.percpuCounterSum(mp.member("m_icount"));
        var most = Math.min(inodes + xfsFsbToIno(mp, free), XFS_MAXINUMBER);
        var limit = mp.member("m_ino_geo").member("maxicount").longValue();
        if (limit != 0) {
            most = Math.min(most, limit);
        }
        most = Math.max(most, sb.member("sb_icount").longValue());
        var used = inodes - Percpu.percpuCounterSum(mp.member("m_ifree"));
        return new Space(
                sb.member("sb_blocksize").longValue(),
                sb.member("sb_dblocks").longValue() - logBlocks,
                free,
                most,
                Math.max(0, most - used));
    }
}
