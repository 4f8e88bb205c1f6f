package org.wyrm.block.blkdev;

import java.util.stream.Stream;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Disks: {@code struct gendisk}. */
@ProvidesHelpers(names = {"disk_devt", "disk_name", "for_each_disk", "get_capacity", "get_disk_ro"})
public final class Disks {
    private static final int MINOR_BITS = 20;

    /** {@code GD_READ_ONLY}, a bit of {@code gendisk.state}. */
    private static final long GD_READ_ONLY = 1 << 1;

    /** {@code GENHD_FL_REMOVABLE}, a bit of {@code gendisk.flags}. */
    private static final long GENHD_FL_REMOVABLE = 1;

    private Disks() {}

    /**
     * {@return the disks, {@code struct gendisk}, by the time of their registration}
     *
     * @kernel block/genhd.c
     */
    @KernelName("for_each_disk")
    public static Stream<Value> forEachDisk(Program program) {
        var diskType = program.variable("disk_type").address();
        var isOldKernel = Partitions.areOwnStructures(program);
        var disk = program.type("struct gendisk");
        return BlockClass.devices(program)
                .filter(device -> device.member("type").longValue() == diskType)
                .map(device -> Partitions.ofDevice(device))
                .map(part -> isOldKernel
                        ? part.containerOf(disk, "part0")
                        : part.member("bd_disk").dereference());
    }

    /**
     * {@return the name of a disk: {@code vda}}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("disk_name")
    public static String diskName(Value disk) {
        return disk.member("disk_name").string();
    }

    /**
     * {@return the number of a disk, {@code dev_t}: the major number in the bits from the 20th on}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("disk_devt")
    public static long diskDevt(Value disk) {
        return disk.member("major").longValue() << MINOR_BITS
                | disk.member("first_minor").longValue();
    }

    /**
     * {@return the whole of a disk as a partition, {@code struct block_device}, or {@code struct hd_struct} before
     * v5.11}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    public static Value part0(Value disk) {
        var part = disk.member("part0");
        return Partitions.areOwnStructures(disk.program()) ? part : part.dereference();
    }

    /**
     * {@return how many sectors of 512 bytes a disk has}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("get_capacity")
    public static long getCapacity(Value disk) {
        return Partitions.bdevNrSectors(part0(disk));
    }

    /**
     * {@return whether nothing can be written to a disk}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    @KernelName("get_disk_ro")
    public static boolean getDiskRo(Value disk) {
        // Since Linux kernel commit 52f019d43c22 ("block: add a hard-readonly flag to struct gendisk") (in v5.12), a
        // driver tells it of a disk, and a user tells it of the whole of it.
        return (disk.member("state").longValue() & GD_READ_ONLY) != 0 || Partitions.isSetReadOnly(part0(disk));
    }

    /**
     * {@return whether what a disk reads can be taken out of it}
     *
     * @param disk {@code struct gendisk *}
     * @kernel include/linux/blkdev.h
     */
    public static boolean isRemovable(Value disk) {
        return (disk.member("flags").longValue() & GENHD_FL_REMOVABLE) != 0;
    }
}
