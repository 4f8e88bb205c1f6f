package org.wyrm.fs.ext4;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Files of ext4: {@code struct ext4_inode_info}. */
@ProvidesHelpers(names = "EXT4_I")
public final class Ext4Inodes {
    /** {@code EXT4_INODE_…}, the bits of {@code i_flags} that are on the disk; those above are a file's state. */
    private static final Map<Integer, String> FLAGS = Map.ofEntries(
            Map.entry(0, "SECRM"),
            Map.entry(1, "UNRM"),
            Map.entry(2, "COMPR"),
            Map.entry(3, "SYNC"),
            Map.entry(4, "IMMUTABLE"),
            Map.entry(5, "APPEND"),
            Map.entry(6, "NODUMP"),
            Map.entry(7, "NOATIME"),
            Map.entry(8, "DIRTY"),
            Map.entry(9, "COMPRBLK"),
            Map.entry(10, "NOCOMPR"),
            Map.entry(11, "ENCRYPT"),
            Map.entry(12, "INDEX"),
            Map.entry(13, "IMAGIC"),
            Map.entry(14, "JOURNAL_DATA"),
            Map.entry(15, "NOTAIL"),
            Map.entry(16, "DIRSYNC"),
            Map.entry(17, "TOPDIR"),
            Map.entry(18, "HUGE_FILE"),
            Map.entry(19, "EXTENTS"),
            Map.entry(20, "VERITY"),
            Map.entry(21, "EA_INODE"),
            Map.entry(25, "DAX"),
            Map.entry(28, "INLINE_DATA"),
            Map.entry(29, "PROJINHERIT"),
            Map.entry(30, "CASEFOLD"));

    private Ext4Inodes() {}

    /**
     * {@return what ext4 knows of a file, {@code struct ext4_inode_info}}
     *
     * @param inode {@code struct inode *}, of ext4
     * @kernel fs/ext4/ext4.h
     */
    @KernelName("EXT4_I")
    public static Value ext4I(Value inode) {
        return inode.containerOf(inode.program().type("struct ext4_inode_info"), "vfs_inode");
    }

    /**
     * {@return the flags of a file as {@code lsattr} knows them: {@code EXTENTS} of {@code EXT4_EXTENTS_FL}; a bit without
     * a name as its number}
     *
     * @param ei {@code struct ext4_inode_info *}
     * @kernel fs/ext4/ext4.h
     */
    public static List<String> flags(Value ei) {
        var bits = ei.member("i_flags").longValue();
        var found = new ArrayList<String>();
        for (var bit = 0; bit < Integer.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                found.add(FLAGS.getOrDefault(bit, Integer.toString(bit)));
            }
        }
        return found;
    }
}
