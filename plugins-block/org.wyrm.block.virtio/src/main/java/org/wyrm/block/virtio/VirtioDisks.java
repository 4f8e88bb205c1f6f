package org.wyrm.block.virtio;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkmq.Requests;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Disks of the driver virtio_blk: {@code struct virtio_blk}. */
public final class VirtioDisks {
    private static final String OPERATIONS = "virtblk_fops";

    /** What the driver asks for is at most one for each CPU. */
    private static final long MAX_QUEUES = 1 << 16;

    private VirtioDisks() {}

    /**
     * {@return the disks of the driver, {@code struct gendisk}}
     *
     * @kernel drivers/block/virtio_blk.c
     */
    public static Stream<Value> disks(Program program) {
        var operations = program.symbol(OPERATIONS).address();
        return Disks.forEachDisk(program).filter(disk -> disk.member("fops").longValue() == operations);
    }

    /**
     * {@return what the driver keeps of a disk, {@code struct virtio_blk}}
     *
     * @param disk {@code struct gendisk *} of the driver
     * @kernel drivers/block/virtio_blk.c
     */
    public static Value virtioBlk(Value disk) {
        var program = disk.program();
        return program.object(
                program.type("struct virtio_blk"), disk.member("private_data").longValue());
    }

    /**
     * {@return the queues of a disk, {@code struct virtqueue}, in their order}
     *
     * @param vblk {@code struct virtio_blk *}
     * @throws CorruptStructureException if it says that it has more than there may be
     * @kernel drivers/block/virtio_blk.c
     */
    public static Stream<Value> virtqueues(Value vblk) {
        var count = vblk.member("num_vqs").longValue();
        if (count < 0 || count > MAX_QUEUES) {
            throw new CorruptStructureException("virtio_blk", Walk.addressOf(vblk), "it has " + count + " queues");
        }
        return LongStream.range(0, count)
                .mapToObj(index ->
                        vblk.member("vqs").subscript(index).member("vq").dereference());
    }

    /**
     * {@return the requests that a queue of a disk has under way, {@code struct request}, by their place in the ring}
     *
     * @param vq {@code struct virtqueue *}
     * @throws CorruptStructureException if its ring is larger than a ring can be
     * @kernel drivers/block/virtio_blk.c
     */
    public static Stream<Value> requests(Value vq) {
        return Virtqueues.outstanding(vq).map(Requests::blkMqRqFromPdu);
    }
}
