package org.wyrm.fs.btrfs.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.btrfs.BtrfsDevices;
import org.wyrm.fs.btrfs.BtrfsDevices.Errors;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the devices of file systems of btrfs. */
@ProvidesCommand(
        name = "btrfsdevices",
        summary = "list the devices of the file systems of btrfs, mounted or only seen, with their errors",
        row = BtrfsdevicesCommand.Row.class,
        target = Program.class)
public final class BtrfsdevicesCommand implements Command<BtrfsdevicesCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "[NAME]", help = "by UUID, label, disk or path of a device: vdd")
            List<String> names) {}

    /**
     * A device.
     *
     * @param fsid of its file system
     * @param mounted whether that is mounted
     * @param id its number in the file system
     * @param disk its name; empty where it is not open
     * @param path where it was found; empty where it is missing
     * @param uuid its own
     * @param state {@code WRITEABLE}, {@code MISSING}, {@code REPLACE_TGT} … of {@code BTRFS_DEV_STATE_…}
     * @param seed whether it is of a file system that this one grew from: it is only read
     * @param size of it
     * @param allocated of it, to block groups
     * @param errors on record; empty where it is not mounted
     * @param device its {@code struct btrfs_device}
     */
    public record Row(
            Attempt<String> fsid,
            Attempt<Boolean> mounted,
            Attempt<Long> id,
            Attempt<Optional<String>> disk,
            Attempt<Optional<String>> path,
            Attempt<String> uuid,
            Attempt<List<String>> state,
            boolean seed,
            Attempt<ByteSize> size,
            Attempt<ByteSize> allocated,
            Attempt<Optional<Errors>> errors,
            VirtualAddress device) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var found = new Found(context);
        return found.fsDevices(options.names).stream()
                .flatMap(fsDevices -> Stream.concat(
                        rows(found, fsDevices, fsDevices, false),
                        found
                                .by(
                                        () -> "the seeds of the btrfs_fs_devices at 0x%x"
                                                .formatted(fsDevices.address()),
                                        () -> BtrfsDevices.seeds(fsDevices))
                                .stream()
                                .flatMap(seed -> rows(found, fsDevices, seed, true))));
    }

    private static Stream<Row> rows(Found found, Value fsDevices, Value owner, boolean isSeed) {
        var fsid = Attempt.of(() -> BtrfsDevices.fsid(fsDevices));
        var mounted = Attempt.of(() -> !fsDevices.member("fs_info").isNull());
        return found
                .by(
                        () -> "the devices of the btrfs_fs_devices at 0x%x".formatted(owner.address()),
                        () -> BtrfsDevices.devices(owner))
                .stream()
                .map(device -> new Row(
                        fsid,
                        mounted,
                        Attempt.of(() -> device.member("devid").longValue()),
                        Attempt.of(() -> BtrfsDevices.disk(device)),
                        Attempt.of(() -> BtrfsDevices.btrfsDevName(device)),
                        Attempt.of(() -> BtrfsDevices.uuid(device)),
                        Attempt.of(() -> BtrfsDevices.state(device)),
                        isSeed,
                        bytes(device, "total_bytes"),
                        bytes(device, "bytes_used"),
                        Attempt.of(() -> BtrfsDevices.errors(device)),
                        new VirtualAddress(device.address())));
    }

    private static Attempt<ByteSize> bytes(Value device, String member) {
        return Attempt.of(() -> new ByteSize(device.member(member).longValue()));
    }
}
