package org.wyrm.fs.xfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** The log of a file system of XFS, {@code struct xlog}, and what is in it and not in its place on the disk yet. */
@ProvidesHelpers(names = {"BLOCK_LSN", "CYCLE_LSN"})
public final class XfsLog {
    private static final int DWORD_BITS = 32;
    private static final long DWORD = 0xffff_ffffL;

    /** {@code XFS_LI_…}. */
    private static final Map<Long, String> TYPES = Map.ofEntries(
            Map.entry(0x1236L, "EFI"),
            Map.entry(0x1237L, "EFD"),
            Map.entry(0x1238L, "IUNLINK"),
            Map.entry(0x123bL, "INODE"),
            Map.entry(0x123cL, "BUF"),
            Map.entry(0x123dL, "DQUOT"),
            Map.entry(0x123eL, "QUOTAOFF"),
            Map.entry(0x123fL, "ICREATE"),
            Map.entry(0x1240L, "RUI"),
            Map.entry(0x1241L, "RUD"),
            Map.entry(0x1242L, "CUI"),
            Map.entry(0x1243L, "CUD"),
            Map.entry(0x1244L, "BUI"),
            Map.entry(0x1245L, "BUD"),
            Map.entry(0x1246L, "ATTRI"),
            Map.entry(0x1247L, "ATTRD"));

    /** Bits of {@code li_flags}, {@code XFS_LI_…}. */
    private static final List<String> FLAGS = List.of("IN_AIL", "ABORTED", "FAILED", "DIRTY", "WHITEOUT", "FLUSHING");

    private XfsLog() {}

    /** Where something is in a log: how often it has begun from its start, and a block of 512 bytes. */
    public record Lsn(long cycle, long block) implements Comparable<Lsn> {
        @Override
        public int compareTo(Lsn other) {
            return cycle != other.cycle ? Long.compare(cycle, other.cycle) : Long.compare(block, other.block);
        }

        /** {@return it as the kernel writes it: {@code 1:194}} */
        @Override
        public String toString() {
            return cycle + ":" + block;
        }
    }

    /**
     * {@return the cycle of a log sequence number}
     *
     * @param lsn {@code xfs_lsn_t}
     * @kernel fs/xfs/libxfs/xfs_log_format.h
     */
    @KernelName("CYCLE_LSN")
    public static long cycleLsn(long lsn) {
        return lsn >>> DWORD_BITS;
    }

    /**
     * {@return the block of a log sequence number}
     *
     * @param lsn {@code xfs_lsn_t}
     * @kernel fs/xfs/libxfs/xfs_log_format.h
     */
    @KernelName("BLOCK_LSN")
    public static long blockLsn(long lsn) {
        return lsn & DWORD;
    }

    private static Lsn lsn(long number) {
        return new Lsn(cycleLsn(number), blockLsn(number));
    }

    /**
     * {@return where the log is written next}
     *
     * @param log {@code struct xlog *}
     * @kernel fs/xfs/xfs_sysfs.c
     */
    public static Lsn head(Value log) {
        return new Lsn(
                log.member("l_curr_cycle").longValue(),
                log.member("l_curr_block").longValue());
    }

    /**
     * {@return the first place in the log that is still needed}
     *
     * @param log {@code struct xlog *}
     * @kernel fs/xfs/xfs_sysfs.c
     */
    public static Lsn tail(Value log) {
        return lsn(log.member("l_tail_lsn").member("counter").longValue());
    }

    /**
     * {@return what waits for room in a log, {@code struct xlog_ticket}, the first first}
     *
     * @param head {@code struct xlog_grant_head *}: {@code l_reserve_head}, for what begins; {@code l_write_head}, for
     *     what goes on
     * @kernel fs/xfs/xfs_log.c
     */
    public static Stream<Value> waiters(Value head) {
        return Lists.listForEachEntry(head.program().type("struct xlog_ticket"), head.member("waiters"), "t_queue");
    }

    /**
     * {@return what is in the log and not in its place on the disk, {@code struct xfs_log_item}, the oldest first: that
     * keeps the tail where it is}
     *
     * @param ail {@code struct xfs_ail *}
     * @kernel fs/xfs/xfs_trans_ail.c
     */
    public static Stream<Value> items(Value ail) {
        return Lists.listForEachEntry(ail.program().type("struct xfs_log_item"), ail.member("ail_head"), "li_ail");
    }

    /**
     * {@return where an item is in the log}
     *
     * @param item {@code struct xfs_log_item *}
     * @kernel fs/xfs/xfs_trans.h
     */
    public static Lsn lsn(Value item) {
        return lsn(item.member("li_lsn").longValue());
    }

    /**
     * {@return what an item is, {@code INODE} of {@code XFS_LI_INODE}; its number where that has no name}
     *
     * @param item {@code struct xfs_log_item *}
     * @kernel fs/xfs/libxfs/xfs_log_format.h
     */
    public static String type(Value item) {
        var number = item.member("li_type").longValue();
        return TYPES.getOrDefault(number, "0x%x".formatted(number));
    }

    /**
     * {@return the flags of an item, {@code FAILED} of {@code XFS_LI_FAILED}; a bit without a name in hexadecimal}
     *
     * @param item {@code struct xfs_log_item *}
     * @kernel fs/xfs/xfs_trans.h
     */
    public static List<String> flags(Value item) {
        var bits = item.member("li_flags").longValue();
        var found = new ArrayList<String>();
        for (var bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                found.add(bit < FLAGS.size() ? FLAGS.get(bit) : "0x%x".formatted(1L << bit));
            }
        }
        return found;
    }
}
