package org.wyrm.block.zram;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Disks of the driver zram: {@code struct zram}. */
@ProvidesHelpers(names = {"init_done", "zs_get_total_pages"})
public final class ZramDisks {
    // In some versions, a disk with another one to write pages back to has operations of its own.
    private static final Set<String> OPERATIONS = Set.of("zram_devops", "zram_wb_devops");

    private ZramDisks() {}

    /**
     * {@return the disks of the driver, {@code struct gendisk}}
     *
     * @kernel drivers/block/zram/zram_drv.c
     */
    public static Stream<Value> disks(Program program) {
        return Disks.forEachDisk(program).filter(ZramDisks::isZram);
    }

    private static boolean isZram(Value disk) {
        var operations = disk.member("fops").longValue();
        return disk.program().symbolsAt(operations).stream()
                .anyMatch(symbol -> symbol.address() == operations && OPERATIONS.contains(symbol.name()));
    }

    /**
     * {@return what the driver keeps of a disk, {@code struct zram}}
     *
     * @param disk {@code struct gendisk *} of the driver
     * @kernel drivers/block/zram/zram_drv.h
     */
    public static Value zram(Value disk) {
        var program = disk.program();
        return program.object(
                program.type("struct zram"), disk.member("private_data").longValue());
    }

    /**
     * {@return whether a disk was given a size, and so has something to keep pages in}
     *
     * @param zram {@code struct zram *}
     * @kernel drivers/block/zram/zram_drv.c
     */
    @KernelName("init_done")
    public static boolean initDone(Value zram) {
        return zram.member("disksize").longValue() != 0;
    }

    /**
     * {@return the algorithms that pages are compressed by: the usual one, and those that pages are tried again by}
     *
     * @param zram {@code struct zram *}
     * @kernel drivers/block/zram/zram_drv.h
     */
    public static List<String> algorithms(Value zram) {
        // Since Linux 6.2 there may be several.
        return zram.findMember("comp_algs")
                .map(several -> several.elements()
                        .filter(name -> !name.isNull())
                        .map(Value::string)
                        .toList())
                .orElseGet(() -> List.of(zram.member("compressor").string()));
    }

    /**
     * {@return where the pages of a disk are kept, {@code struct zs_pool}; none before it has a size}
     *
     * @param zram {@code struct zram *}
     * @kernel drivers/block/zram/zram_drv.h
     */
    public static Optional<Value> pool(Value zram) {
        // Where giving it a size went wrong, the pool is gone, and the pointer to it is not.
        if (!initDone(zram)) {
            return Optional.empty();
        }
        // The driver only declares the structure; the allocator's module has it.
        var program = zram.program();
        return Optional.of(program.object(
                program.type("struct zs_pool"), zram.member("mem_pool").longValue()));
    }

    /**
     * {@return how many pages of memory a pool has}
     *
     * @param pool {@code struct zs_pool *}
     * @kernel mm/zsmalloc.c
     */
    @KernelName("zs_get_total_pages")
    public static long zsGetTotalPages(Value pool) {
        return pool.member("pages_allocated").member("counter").longValue();
    }

    /**
     * {@return a number of {@code struct zram_stats}; none where the kernel does not count it}
     *
     * @param zram {@code struct zram *}
     * @param counter {@code pages_stored}, {@code bd_count} …
     * @kernel drivers/block/zram/zram_drv.h
     */
    public static Optional<Long> statistic(Value zram, String counter) {
        return zram.member("stats")
                .findMember(counter)
                .map(found -> found.member("counter").longValue());
    }

    /**
     * {@return the disk or partition that pages are written back to, {@code struct block_device}, if there is one}
     *
     * @param zram {@code struct zram *}
     * @kernel drivers/block/zram/zram_drv.h
     */
    public static Optional<Value> backingDevice(Value zram) {
        return zram.findMember("bdev").filter(device -> !device.isNull()).map(Value::dereference);
    }
}
