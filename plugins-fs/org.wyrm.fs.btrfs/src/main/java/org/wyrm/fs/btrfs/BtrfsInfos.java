package org.wyrm.fs.btrfs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** File systems of btrfs that are mounted: {@code struct btrfs_fs_info}. */
@ProvidesHelpers(names = "btrfs_sb")
public final class BtrfsInfos {
    private static final String OPERATIONS = "btrfs_super_ops";
    private static final String EXCLUSIVE = "BTRFS_EXCLOP_";

    /** {@code BTRFS_EXCLOP_NONE}. */
    private static final long NONE = 0;

    private BtrfsInfos() {}

    /**
     * {@return the super blocks of the file systems of btrfs, {@code struct super_block}}
     *
     * @kernel fs/btrfs/super.c
     */
    public static Stream<Value> forEachBtrfsSuperBlock(Program program) {
        return SuperBlocks.forEachSuperBlock(program)
                .filter(superBlock -> SuperBlocks.hasOperations(superBlock, OPERATIONS));
    }

    /**
     * {@return what btrfs knows of a file system, {@code struct btrfs_fs_info}}
     *
     * @param superBlock {@code struct super_block *}, of btrfs
     * @kernel fs/btrfs/super.h
     */
    @KernelName("btrfs_sb")
    public static Value btrfsSb(Value superBlock) {
        var program = superBlock.program();
        return program.object(
                program.type("struct btrfs_fs_info"),
                superBlock.member("s_fs_info").longValue());
    }

    /**
     * {@return the label of a file system; empty where it has none}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/sysfs.c
     */
    public static Optional<String> label(Value fsInfo) {
        return Optional.of(fsInfo.member("super_copy").member("label").string()).filter(label -> !label.isEmpty());
    }

    /**
     * {@return the states of a file system, {@code TRANS_ABORTED} of {@code BTRFS_FS_STATE_TRANS_ABORTED}}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/fs.h
     */
    public static List<String> state(Value fsInfo) {
        return bits(fsInfo.member("fs_state"), "BTRFS_FS_STATE_", "TRANS_ABORTED");
    }

    /**
     * {@return the flags of a file system, {@code CLOSING_START} of {@code BTRFS_FS_CLOSING_START}}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/fs.h
     */
    public static List<String> flags(Value fsInfo) {
        return bits(fsInfo.member("flags"), "BTRFS_FS_", "OPEN");
    }

    /** The enumerations have no names: each is that of an enumerator which all versions have. */
    private static List<String> bits(Value word, String prefix, String known) {
        var type = word.program().variable(prefix + known).type();
        return Names.bits(word.longValue(), bit -> Names.of(type, bit, prefix));
    }

    /**
     * {@return the error that a file system was given up for, negative; empty where there is none, or none is kept: the
     * state then has {@code ERROR}}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/fs.h
     */
    public static Optional<Integer> error(Value fsInfo) {
        // Since Linux kernel commit ae3364e5215b ("btrfs: store the error that turned the fs into error state") (in
        // v6.6), there is fs_error. Before that, BTRFS_FS_STATE_ERROR is all.
        return fsInfo.findMember("fs_error").map(Value::intValue).filter(error -> error != 0);
    }

    /**
     * {@return which of the operations runs, or is paused, that exclude each other, {@code BALANCE} of {@code
     * BTRFS_EXCLOP_BALANCE}}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/fs.h
     */
    public static Optional<String> exclusiveOperation(Value fsInfo) {
        // The member has not always the enumeration for a type.
        var number = fsInfo.member("exclusive_operation").longValue();
        var type = fsInfo.program().type("enum btrfs_exclusive_operation");
        return number == NONE
                ? Optional.empty()
                : Names.of(type, number, EXCLUSIVE).or(() -> Optional.of(Long.toString(number)));
    }

    /**
     * {@return the transactions of a file system that are not on the disk yet, {@code struct btrfs_transaction}, the
     * oldest first: that which runs, and those on their way}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/transaction.c
     */
    public static Stream<Value> transactions(Value fsInfo) {
        return Lists.listForEachEntry(
                fsInfo.program().type("struct btrfs_transaction"), fsInfo.member("trans_list"), "list");
    }

    /**
     * {@return how far a transaction is, {@code COMMIT_START} of {@code TRANS_STATE_COMMIT_START}; its number where that
     * has no name}
     *
     * @param transaction {@code struct btrfs_transaction *}
     * @kernel fs/btrfs/transaction.h
     */
    public static String transactionState(Value transaction) {
        var state = transaction.member("state");
        return Names.of(state.type(), state.longValue(), "TRANS_STATE_")
                .orElseGet(() -> Long.toString(state.longValue()));
    }
}
