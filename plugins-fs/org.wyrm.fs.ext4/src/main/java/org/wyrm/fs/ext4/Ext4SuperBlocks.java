package org.wyrm.fs.ext4;

import java.util.stream.Stream;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** File systems of ext4: {@code struct ext4_sb_info}, and the super block of the disk, {@code struct ext4_super_block}. */
@ProvidesHelpers(
        names = {
            "EXT4_BLOCK_SIZE",
            "EXT4_C2B",
            "EXT4_SB",
            "ext4_blocks_count",
            "ext4_free_blocks_count",
            "ext4_r_blocks_count",
            "ext4_statfs"
        })
public final class Ext4SuperBlocks {
    private static final String OPERATIONS = "ext4_sops";

    /** {@code EXT4_MOUNT_MINIX_DF}, of {@code s_mount_opt}. */
    private static final long EXT4_MOUNT_MINIX_DF = 0x80;

    private Ext4SuperBlocks() {}

    /**
     * How much a file system holds and has left, in blocks.
     *
     * @param blockBytes of a block
     * @param blocks all that files can have, and those that they have
     * @param freeBlocks which nobody has, nor was promised
     * @param availableBlocks those of them that not only root may take
     * @param inodes all there are
     * @param freeInodes which no file has
     */
    public record Space(
            long blockBytes, long blocks, long freeBlocks, long availableBlocks, long inodes, long freeInodes) {}

    /**
     * {@return the super blocks of the file systems of ext4, {@code struct super_block}; ext2 and ext3 among them where
     * ext4 serves those}
     *
     * @kernel fs/ext4/super.c
     */
    public static Stream<Value> forEachExt4SuperBlock(Program program) {
        // What it is called says ext2, ext3 or ext4, and there is another ext2.
        return SuperBlocks.forEachSuperBlock(program)
                .filter(superBlock -> SuperBlocks.hasOperations(superBlock, OPERATIONS));
    }

    /**
     * {@return what ext4 knows of a file system, {@code struct ext4_sb_info}}
     *
     * @param superBlock {@code struct super_block *}, of ext4
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("EXT4_SB")
    public static Value ext4Sb(Value superBlock) {
        var program = superBlock.program();
        return program.object(
                program.type("struct ext4_sb_info"),
                superBlock.member("s_fs_info").longValue());
    }

    /**
     * {@return how many bytes a block has}
     *
     * @param superBlock {@code struct super_block *}, of ext4
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("EXT4_BLOCK_SIZE")
    public static long ext4BlockSize(Value superBlock) {
        return superBlock.member("s_blocksize").longValue();
    }

    /**
     * {@return how many blocks some clusters have}
     *
     * @param sbi {@code struct ext4_sb_info *}
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("EXT4_C2B")
    public static long ext4C2b(Value sbi, long clusters) {
        return clusters << sbi.member("s_cluster_bits").longValue();
    }

    /**
     * {@return how many blocks the file system has}
     *
     * @param es {@code struct ext4_super_block *}
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("ext4_blocks_count")
    public static long ext4BlocksCount(Value es) {
        return DiskNumbers.number(es.member("s_blocks_count_lo"), es.member("s_blocks_count_hi"));
    }

    /**
     * {@return how many blocks are kept for root}
     *
     * @param es {@code struct ext4_super_block *}
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("ext4_r_blocks_count")
    public static long ext4RBlocksCount(Value es) {
        return DiskNumbers.number(es.member("s_r_blocks_count_lo"), es.member("s_r_blocks_count_hi"));
    }

    /**
     * {@return how many blocks are free as the super block of the disk has it, which is not kept up to date while it is
     * mounted}
     *
     * @param es {@code struct ext4_super_block *}
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("ext4_free_blocks_count")
    public static long ext4FreeBlocksCount(Value es) {
        return DiskNumbers.number(es.member("s_free_blocks_count_lo"), es.member("s_free_blocks_count_hi"));
    }

    /**
     * {@return how much a file system holds and has left, as {@code statfs} says it}
     *
     * @param superBlock {@code struct super_block *}, of ext4
     * @kernel fs/ext4/super.c
     */
    @KernelName("ext4_statfs")
    public static Space ext4Statfs(Value superBlock) {
        var sbi = ext4Sb(superBlock);
        var es = sbi.member("s_es");
        var free = ext4C2b(
                sbi,
                Math.max(
                        0,
                        Percpu.percpuCounterSumPositive(sbi.member("s_freeclusters_counter"))
                                - Percpu.percpuCounterSumPositive(sbi.member("s_dirtyclusters_counter"))));
        var kept = ext4RBlocksCount(es)
                + ext4C2b(sbi, sbi.member("s_resv_clusters").member("counter").longValue());
        return new Space(
                ext4BlockSize(superBlock),
                ext4BlocksCount(es) - overhead(sbi),
                free,
                Math.max(0, free - kept),
                DiskNumbers.number(es.member("s_inodes_count")),
                Percpu.percpuCounterSumPositive(sbi.member("s_freeinodes_counter")));
    }

    /** What the file system itself needs, unless its user wants that counted. */
    private static long overhead(Value sbi) {
        return (sbi.member("s_mount_opt").longValue() & EXT4_MOUNT_MINIX_DF) != 0
                ? 0
                : ext4C2b(sbi, sbi.member("s_overhead").longValue());
    }

    /**
     * {@return how many blocks hold data in memory that have no place on the disk yet}
     *
     * @param sbi {@code struct ext4_sb_info *}
     * @kernel fs/ext4/sysfs.c
     */
    public static long delayedAllocationBlocks(Value sbi) {
        return ext4C2b(sbi, Percpu.percpuCounterSum(sbi.member("s_dirtyclusters_counter")));
    }

    /**
     * {@return the inodes that are to be deleted or cut when nobody uses them any more, {@code struct ext4_inode_info},
     * as far as they are in the list and not in the orphan file}
     *
     * @param sbi {@code struct ext4_sb_info *}
     * @kernel fs/ext4/orphan.c
     */
    public static Stream<Value> orphans(Value sbi) {
        return Lists.listForEachEntry(sbi.program().type("struct ext4_inode_info"), sbi.member("s_orphan"), "i_orphan");
    }
}
