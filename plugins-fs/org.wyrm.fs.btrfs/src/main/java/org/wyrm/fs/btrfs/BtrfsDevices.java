package org.wyrm.fs.btrfs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.CompoundType;

/** The devices of file systems of btrfs, mounted or only seen: {@code struct btrfs_device}. */
@ProvidesHelpers(names = "btrfs_dev_name")
public final class BtrfsDevices {
    /** Bits of {@code dev_state}, {@code BTRFS_DEV_STATE_…}: no enumerators. */
    private static final List<String> STATES =
            List.of("WRITEABLE", "IN_FS_METADATA", "MISSING", "REPLACE_TGT", "FLUSH_SENT", "NO_READA");

    private BtrfsDevices() {}

    /**
     * The errors that a device has on record, of all times.
     *
     * @param write writes that failed
     * @param read reads that failed
     * @param flush flushes that failed
     * @param corruption blocks that were not what their checksums said
     * @param generation blocks of another transaction than they should have been of: a write was lost
     */
    public record Errors(long write, long read, long flush, long corruption, long generation) {}

    /**
     * {@return the file systems that a device of was seen, {@code struct btrfs_fs_devices}, mounted or not}
     *
     * @kernel fs/btrfs/volumes.c
     */
    public static Stream<Value> forEachFsDevices(Program program) {
        return Lists.listForEachEntry(program.type("struct btrfs_fs_devices"), program.variable("fs_uuids"), "fs_list");
    }

    /**
     * {@return the UUID of a file system, as text}
     *
     * @param fsDevices {@code struct btrfs_fs_devices *}
     * @kernel fs/btrfs/volumes.h
     */
    public static String fsid(Value fsDevices) {
        return Names.uuid(fsDevices.member("fsid"));
    }

    /**
     * {@return the devices of a file system, {@code struct btrfs_device}, without those of the file systems that it grew
     * from}
     *
     * @param fsDevices {@code struct btrfs_fs_devices *}
     * @kernel fs/btrfs/volumes.h
     */
    public static Stream<Value> devices(Value fsDevices) {
        return Lists.listForEachEntry(
                fsDevices.program().type("struct btrfs_device"), fsDevices.member("devices"), "dev_list");
    }

    /**
     * {@return the file systems that one grew from and reads from still, {@code struct btrfs_fs_devices}}
     *
     * @param fsDevices {@code struct btrfs_fs_devices *}
     * @kernel fs/btrfs/volumes.h
     */
    public static Stream<Value> seeds(Value fsDevices) {
        return Lists.listForEachEntry(
                fsDevices.program().type("struct btrfs_fs_devices"), fsDevices.member("seed_list"), "seed_list");
    }

    /**
     * {@return the path of a device, {@code /dev/vdd}; empty of one that is missing}
     *
     * @param device {@code struct btrfs_device *}
     * @kernel fs/btrfs/volumes.h
     */
    @KernelName("btrfs_dev_name")
    public static Optional<String> btrfsDevName(Value device) {
        // Since Linux kernel commit e8d58aef119a ("btrfs: open code RCU for device name") (in v6.17), it is a text.
        // Before that, it is a struct rcu_string.
        return Optional.of(device.member("name"))
                .filter(name -> !name.isNull())
                .map(name -> name.dereference().type().unaliased() instanceof CompoundType
                        ? name.member("str").subscript(0).addressOf()
                        : name)
                .map(Value::string);
    }

    /**
     * {@return the name of the disk or partition that a device is, {@code vdd}; empty where it is not open}
     *
     * @param device {@code struct btrfs_device *}
     */
    public static Optional<String> disk(Value device) {
        // Since Linux kernel commit 0d02129e76ed ("block: merge struct block_device and struct hd_struct") (in v5.11),
        // the block device has it. Before that, its struct hd_struct has.
        return Optional.of(device.member("bdev"))
                .filter(bdev -> !bdev.isNull())
                .map(bdev -> bdev.findMember("bd_device")
                        .orElseGet(() -> bdev.member("bd_part").member("__dev"))
                        .member("kobj")
                        .member("name")
                        .string());
    }

    /**
     * {@return the UUID of a device, as text}
     *
     * @param device {@code struct btrfs_device *}
     * @kernel fs/btrfs/volumes.h
     */
    public static String uuid(Value device) {
        return Names.uuid(device.member("uuid"));
    }

    /**
     * {@return the states of a device, {@code MISSING} of {@code BTRFS_DEV_STATE_MISSING}; a bit without a name in
     * hexadecimal}
     *
     * @param device {@code struct btrfs_device *}
     * @kernel fs/btrfs/volumes.h
     */
    public static List<String> state(Value device) {
        return Names.bits(
                device.member("dev_state").longValue(),
                bit -> STATES.stream().skip(bit).findFirst());
    }

    /**
     * {@return the errors that a device has on record; empty where they are not known, as before it is mounted}
     *
     * @param device {@code struct btrfs_device *}
     * @kernel fs/btrfs/sysfs.c
     */
    public static Optional<Errors> errors(Value device) {
        // In the order of enum btrfs_dev_stat_values, which is known outside the kernel and stays.
        return device.member("dev_stats_valid").longValue() == 0
                ? Optional.empty()
                : Optional.of(new Errors(
                        error(device, 0), error(device, 1), error(device, 2), error(device, 3), error(device, 4)));
    }

    private static long error(Value device, int index) {
        return device.member("dev_stat_values")
                .subscript(index)
                .member("counter")
                .longValue();
    }
}
