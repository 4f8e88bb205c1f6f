package org.wyrm.block.blkdev;

import java.util.stream.Stream;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * Partitions of disks, and the whole of each disk, which is its partition 0: {@code struct block_device}.
 *
 * <p>Since Linux kernel commit 0d02129e76ed ("block: merge struct block_device and struct hd_struct") (in v5.11) they
 * are that. Before that, they are {@code struct hd_struct}, which all methods here take in its place.
 */
@ProvidesHelpers(
        names = {
            "bdev_nr_sectors",
            "bdev_partno",
            "bdev_read_only",
            "for_each_partition",
            "get_start_sect",
            "part_devt",
            "part_name"
        })
public final class Partitions {
    private static final int SECTOR_SHIFT = 9;

    /** {@code BD_PARTNO} and {@code BD_READ_ONLY}, of {@code block_device.__bd_flags}. */
    private static final long BD_PARTNO = 0xff;

    private static final long BD_READ_ONLY = 1 << 8;

    private static final long DWORD = 0xffff_ffffL;

    private Partitions() {}

    /**
     * {@return the partitions, and the whole of each disk, {@code struct block_device}, or {@code struct hd_struct}
     * before v5.11}
     *
     * @kernel block/genhd.c
     */
    @KernelName("for_each_partition")
    public static Stream<Value> forEachPartition(Program program) {
        return BlockClass.devices(program).map(Partitions::ofDevice);
    }

    static boolean areOwnStructures(Program program) {
        return program.findType("struct hd_struct").isPresent();
    }

    static Value ofDevice(Value device) {
        var program = device.program();
        return areOwnStructures(program)
                ? device.containerOf(program.type("struct hd_struct"), "__dev")
                : device.containerOf(program.type("struct block_device"), "bd_device");
    }

    private static Value device(Value part) {
        return part.findMember("bd_device").orElseGet(() -> part.member("__dev"));
    }

    /**
     * {@return the name of a partition: {@code vda1}; of the whole of a disk, that of the disk}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/device.h
     */
    @KernelName("part_name")
    public static String partName(Value part) {
        var device = device(part);
        var first = device.member("init_name");
        return first.isNull() ? device.member("kobj").member("name").string() : first.string();
    }

    /**
     * {@return the number of a partition, {@code dev_t}: the major number in the bits from the 20th on}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/blk_types.h
     */
    @KernelName("part_devt")
    public static long partDevt(Value part) {
        return part.findMember("bd_dev")
                        .orElseGet(() -> part.member("__dev").member("devt"))
                        .longValue()
                & DWORD;
    }

    /**
     * {@return which of its disk's partitions one is; 0 for the whole}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("bdev_partno")
    public static int bdevPartno(Value part) {
        // Since Linux kernel commit 1116b9fa15c0 ("bdev: infrastructure for flags") (in v6.10), it is in the flags.
        var flags = part.findMember("__bd_flags");
        return flags.isPresent()
                ? (int) (flags.get().member("counter").longValue() & BD_PARTNO)
                : part.findMember("bd_partno")
                        .orElseGet(() -> part.member("partno"))
                        .intValue();
    }

    /**
     * {@return the disk that a partition is of, {@code struct gendisk}}
     *
     * @param part {@code struct block_device *}
     * @kernel block/blk.h
     */
    public static Value disk(Value part) {
        var disk = part.findMember("bd_disk");
        if (disk.isPresent()) {
            return disk.get().dereference();
        }
        var whole = bdevPartno(part) == 0
                ? part
                : ofDevice(device(part).member("parent").dereference());
        return whole.containerOf(part.program().type("struct gendisk"), "part0");
    }

    /**
     * {@return how many sectors of 512 bytes a partition has}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("bdev_nr_sectors")
    public static long bdevNrSectors(Value part) {
        // Since Linux kernel commit f09313c57a17 ("block: cache inode size in bdev") (in v5.16), it is
        // kept. From v5.11 to then, the size of the inode tells it, and before that, the hd_struct.
        return part.findMember("bd_nr_sectors")
                .or(() -> part.findMember("nr_sects"))
                .map(Value::longValue)
                .orElseGet(() -> part.member("bd_inode").member("i_size").longValue() >> SECTOR_SHIFT);
    }

    /**
     * {@return the sector of its disk, of 512 bytes, that a partition begins at}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("get_start_sect")
    public static long getStartSect(Value part) {
        return part.findMember("bd_start_sect")
                .orElseGet(() -> part.member("start_sect"))
                .longValue();
    }

    /** {@return whether it was said of this partition, not of its disk, that nothing can be written to it} */
    static boolean isSetReadOnly(Value part) {
        // Since Linux kernel commit 01e198f01d55 ("bdev: move ->bd_read_only to ->__bd_flags") (in v6.10), it is in the
        // flags.
        var flags = part.findMember("__bd_flags");
        return flags.isPresent()
                ? (flags.get().member("counter").longValue() & BD_READ_ONLY) != 0
                : part.findMember("bd_read_only")
                                .orElseGet(() -> part.member("policy"))
                                .longValue()
                        != 0;
    }

    /**
     * {@return whether nothing can be written to a partition}
     *
     * @param part {@code struct block_device *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("bdev_read_only")
    public static boolean bdevReadOnly(Value part) {
        return isSetReadOnly(part) || Disks.getDiskRo(disk(part));
    }
}
