package org.wyrm.block.dm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.block.bio.Bios;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Disks that are made of others by a table: {@code struct mapped_device}. */
@ProvidesHelpers(
        names = {
            "dm_device_name",
            "dm_disk",
            "dm_get_live_table",
            "dm_suspended_internally_md",
            "dm_suspended_md",
            "md_in_flight"
        })
public final class MappedDevices {
    private static final String HASH_CELL = "struct hash_cell";

    /** {@code DMF_…}, the bits of {@code mapped_device.flags}, in their order. */
    private static final List<String> FLAGS = List.of(
            "BLOCK_IO_FOR_SUSPEND",
            "SUSPENDED",
            "FROZEN",
            "FREEING",
            "DELETING",
            "NOFLUSH_SUSPENDING",
            "DEFERRED_REMOVE",
            "SUSPENDED_INTERNALLY",
            "POST_SUSPENDING",
            "EMULATE_ZONE_APPEND");

    private MappedDevices() {}

    /**
     * {@return the devices with their names, {@code struct hash_cell}: {@code name}, {@code uuid}, {@code md}, and {@code
     * new_map}, a table that is loaded and not yet in use}
     *
     * @throws org.wyrm.base.error.LookupFailedException if device-mapper is not there, or its types are not known of
     * @kernel drivers/md/dm-ioctl.c
     */
    public static Stream<Value> hashCells(Program program) {
        // Since Linux kernel commit b82096afc8af ("dm ioctl: replace device hash with red-black tree") (in v5.13), they
        // are in a tree. Before that, in lists.
        var buckets = program.findVariable("_name_buckets");
        return buckets.isPresent()
                ? buckets.get()
                        .elements()
                        .flatMap(bucket -> Lists.listForEachEntry(program.type(HASH_CELL), bucket, "name_list"))
                : Rbtrees.rbtreeInorderForEachEntry(
                        program.type(HASH_CELL), program.variable("name_rb_tree"), "name_node");
    }

    /**
     * {@return the number of a device as text: {@code 252:3}}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm.c
     */
    @KernelName("dm_device_name")
    public static String dmDeviceName(Value md) {
        return md.member("name").string();
    }

    /**
     * {@return the disk that a device is, {@code struct gendisk *}}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm.c
     */
    @KernelName("dm_disk")
    public static Value dmDisk(Value md) {
        return md.member("disk");
    }

    /**
     * {@return the table that a device works by, {@code struct dm_table}; empty if it has none}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm.c
     */
    @KernelName("dm_get_live_table")
    public static Optional<Value> dmGetLiveTable(Value md) {
        var program = md.program();
        var table = md.member("map").longValue();
        return table == 0 ? Optional.empty() : Optional.of(program.object(program.type("struct dm_table"), table));
    }

    /**
     * {@return whether a device is suspended: what it is asked for waits}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm.c
     */
    @KernelName("dm_suspended_md")
    public static boolean dmSuspendedMd(Value md) {
        return hasFlag(md, "SUSPENDED");
    }

    /**
     * {@return whether a device is suspended by device-mapper itself}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm.c
     */
    @KernelName("dm_suspended_internally_md")
    public static boolean dmSuspendedInternallyMd(Value md) {
        return hasFlag(md, "SUSPENDED_INTERNALLY");
    }

    private static boolean hasFlag(Value md, String name) {
        return (md.member("flags").longValue() >>> FLAGS.indexOf(name) & 1) != 0;
    }

    /**
     * {@return the flags of a device, {@code FROZEN} of {@code DMF_FROZEN}; a bit without a name as its number}
     *
     * @param md {@code struct mapped_device *}
     * @kernel drivers/md/dm-core.h
     */
    public static List<String> flags(Value md) {
        var bits = md.member("flags").longValue();
        var found = new ArrayList<String>();
        for (var bit = 0; bit < Long.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                found.add(bit < FLAGS.size() ? FLAGS.get(bit) : Integer.toString(bit));
            }
        }
        return found;
    }

    /**
     * {@return how many bios a device has begun and not ended, or 0 where the sum of all CPUs is negative}
     *
     * @param md {@code struct mapped_device *}, one that takes bios and no requests
     * @kernel drivers/md/dm.c
     */
    @KernelName("md_in_flight")
    public static long mdInFlight(Value md) {
        // Since Linux kernel commit 9f6dc6337610 ("dm: interlock pending dm_io and dm_wait_for_bios_completion") (in
        // v5.18), a device counts them. Before that, its disk's statistics do.
        var counted = md.findMember("pending_io");
        var program = md.program();
        var sum = Cpumasks.forEachPossibleCpu(program)
                .mapToLong(cpu -> counted.map(
                                each -> Percpu.perCpuPtr(each, cpu).longValue())
                        .orElseGet(() -> ofDisk(dmDisk(md).dereference(), cpu)))
                .sum();
        return Math.max(0, sum);
    }

    private static long ofDisk(Value disk, int cpu) {
        var part = Disks.part0(disk);
        var stats = part.findMember("bd_stats").orElseGet(() -> part.member("dkstats"));
        var counts = Percpu.perCpuPtr(stats, cpu).member("in_flight");
        return LongStream.of(0, 1)
                .map(direction -> counts.subscript(direction)
                        .member("a")
                        .member("counter")
                        .longValue())
                .sum();
    }

    /**
     * {@return the bios that wait until a device is not suspended any more, {@code struct bio}}
     *
     * @param md {@code struct mapped_device *}
     * @throws org.wyrm.base.error.CorruptStructureException if they come back to one of them
     * @kernel drivers/md/dm-core.h
     */
    public static Stream<Value> deferred(Value md) {
        return Bios.bioListForEach(md.member("deferred"));
    }
}
