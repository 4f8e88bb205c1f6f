package org.wyrm.fs.btrfs.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.btrfs.BtrfsDevices;
import org.wyrm.fs.btrfs.BtrfsInfos;
import org.wyrm.fs.btrfs.BtrfsSpaces;
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists file systems of btrfs. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=btrfs_sync_file)", effective = "target")
@Requirement(
        namespace = "wyrm.member",
        filter = "(&(type=struct btrfs_fs_info)(name=fs_devices))",
        effective = "target")
@ProvidesCommand(
        name = "btrfs",
        summary = "list the file systems of btrfs: state, space, transactions",
        row = BtrfsCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "btrfs", title = "btrfs file systems", command = "btrfs", rank = 1070)
public final class BtrfsCommand implements Command<BtrfsCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "[NAME]", help = "by UUID, label, disk or path of a device: vdd")
            List<String> names) {}

    /**
     * A transaction that is not on the disk yet.
     *
     * @param id its number, which will be a generation
     * @param state {@code RUNNING}, {@code COMMIT_START} … of {@code TRANS_STATE_…}
     * @param writers handles of it in use: all of them end before it does
     * @param extwriters those of them that did not come up in its own course: all of them end before it is committed
     * @param aborted the error that it was given up for, negative; 0 for none
     * @param age since it began
     * @param address its {@code struct btrfs_transaction}
     */
    public record Transaction(
            Attempt<Long> id,
            Attempt<String> state,
            Attempt<Long> writers,
            Attempt<Long> extwriters,
            Attempt<Integer> aborted,
            Attempt<Duration> age,
            VirtualAddress address) {}

    /**
     * A file system.
     *
     * @param disk that of its devices with the highest generation
     * @param mountedOn where it, or a subvolume of it, is mounted in the initial name space
     * @param state {@code read-only}, {@code frozen}; {@code ERROR}, {@code TRANS_ABORTED} … of {@code BTRFS_FS_STATE_…}
     * @param error that it was given up for, negative, as far as it is kept
     * @param flags {@code OPEN}, {@code CLOSING_START}, {@code BALANCE_RUNNING} … of {@code BTRFS_FS_…}
     * @param exclusive which of the operations is under way that exclude each other: {@code BALANCE}, {@code
     *     DEV_REPLACE} … of {@code BTRFS_EXCLOP_…}
     * @param scrubs how many devices are scrubbed
     * @param devices how many it has, seeds not counted; {@code missing} of them are not there
     * @param size of its devices
     * @param allocated of them, to block groups
     * @param unallocated of those that can be written
     * @param used of the block groups, each byte counted once
     * @param reserve what is kept for its own needs, and how much of that is left
     * @param generation the number of the last transaction that began
     * @param committed of the last one that is on the disk
     * @param transactions those that are not, the oldest first
     * @param superBlock its {@code struct super_block}
     * @param fsInfo its {@code struct btrfs_fs_info}
     */
    public record Row(
            Attempt<String> fsid,
            Attempt<Optional<String>> label,
            Attempt<String> disk,
            Attempt<List<String>> mountedOn,
            Attempt<List<String>> state,
            Attempt<Optional<Integer>> error,
            Attempt<List<String>> flags,
            Attempt<Optional<String>> exclusive,
            Attempt<Long> scrubs,
            Attempt<Long> devices,
            Attempt<Long> missing,
            Attempt<ByteSize> size,
            Attempt<ByteSize> allocated,
            Attempt<ByteSize> unallocated,
            Attempt<ByteSize> used,
            Attempt<ByteSize> reserve,
            Attempt<ByteSize> reserveLeft,
            Attempt<Long> generation,
            Attempt<Long> committed,
            Attempt<List<Transaction>> transactions,
            VirtualAddress superBlock,
            Attempt<VirtualAddress> fsInfo) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return new Found(context).superBlocks(options.names).stream().map(BtrfsCommand::row);
    }

    private static Row row(Value superBlock) {
        var info = Attempt.of(() -> BtrfsInfos.btrfsSb(superBlock));
        var devices = info.map(of -> of.member("fs_devices").dereference());
        return new Row(
                devices.map(BtrfsDevices::fsid),
                info.map(BtrfsInfos::label),
                Attempt.of(() -> SuperBlocks.disk(superBlock)),
                Attempt.of(() -> mountedOn(superBlock)),
                info.map(of -> state(superBlock, of)),
                info.map(BtrfsInfos::error),
                info.map(BtrfsInfos::flags),
                info.map(BtrfsInfos::exclusiveOperation),
                info.map(of -> of.member("scrubs_running").member("counter").longValue()),
                devices.map(of -> of.member("num_devices").longValue()),
                devices.map(of -> of.member("missing_devices").longValue()),
                devices.map(of -> sum(BtrfsDevices.devices(of), "total_bytes")),
                devices.map(of -> sum(BtrfsDevices.devices(of), "bytes_used")),
                info.map(of -> new ByteSize(
                        of.member("free_chunk_space").member("counter").longValue())),
                info.map(of -> sum(BtrfsSpaces.spaceInfos(of), "bytes_used")),
                info.map(of -> bytes(of.member("global_block_rsv"), "size")),
                info.map(of -> bytes(of.member("global_block_rsv"), "reserved")),
                info.map(of -> of.member("generation").longValue()),
                info.map(of -> of.member("last_trans_committed").longValue()),
                info.map(of -> BtrfsInfos.transactions(of)
                        .map(BtrfsCommand::transaction)
                        .toList()),
                new VirtualAddress(superBlock.address()),
                info.map(of -> new VirtualAddress(of.address())));
    }

    private static List<String> mountedOn(Value superBlock) {
        var initial = Mounts.initialNamespace(superBlock.program()).longValue();
        return SuperBlocks.superBlockForEachMount(superBlock)
                .filter(mount -> mount.member("mnt_ns").longValue() == initial)
                .map(Mounts::mountDst)
                .toList();
    }

    private static List<String> state(Value superBlock, Value info) {
        var words = SuperBlocks.state(superBlock);
        words.addAll(BtrfsInfos.state(info));
        return words;
    }

    private static ByteSize bytes(Value of, String member) {
        return new ByteSize(of.member(member).longValue());
    }

    private static ByteSize sum(Stream<Value> parts, String member) {
        return new ByteSize(
                parts.mapToLong(part -> part.member(member).longValue()).sum());
    }

    private static Transaction transaction(Value transaction) {
        return new Transaction(
                Attempt.of(() -> transaction.member("transid").longValue()),
                Attempt.of(() -> BtrfsInfos.transactionState(transaction)),
                counter(transaction, "num_writers"),
                counter(transaction, "num_extwriters"),
                Attempt.of(() -> transaction.member("aborted").intValue()),
                Attempt.of(() -> age(transaction)),
                new VirtualAddress(transaction.address()));
    }

    private static Attempt<Long> counter(Value transaction, String member) {
        return Attempt.of(() -> transaction.member(member).member("counter").longValue());
    }

    private static Duration age(Value transaction) {
        var age = Timekeeping.monotonic(transaction.program())
                .minusSeconds(transaction.member("start_time").longValue());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
