package org.wyrm.block.virtio;

import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * What a driver and a virtio device share: {@code struct virtqueue}. A ring is split in descriptors, what the driver offers
 * and what the device has used; or it is packed, all in one.
 */
@ProvidesHelpers(names = {"to_vvq", "virtqueue_get_vring_size", "virtqueue_is_broken"})
public final class Virtqueues {
    /** Virtio 1.2, 2.7: the largest ring. */
    private static final long MAX_SIZE = 1 << 15;

    private static final int INDEX_MASK = 0xffff;

    private Virtqueues() {}

    /**
     * How far a split ring has come.
     *
     * @param unanswered how many the driver has offered and the device not used
     * @param untaken how many the device has used and the driver not taken: it has not seen the interrupt yet
     */
    public record Progress(int unanswered, int untaken) {}

    /**
     * {@return the ring of a queue, {@code struct vring_virtqueue}}
     *
     * @param vq {@code struct virtqueue *}
     * @kernel drivers/virtio/virtio_ring.c
     */
    @KernelName("to_vvq")
    public static Value toVvq(Value vq) {
        var program = vq.program();
        return program.object(program.type("struct virtqueue"), Walk.addressOf(vq))
                .containerOf(program.type("struct vring_virtqueue"), "vq");
    }

    private static boolean isPacked(Value vvq) {
        return vvq.member("packed_ring").booleanValue();
    }

    private static Value layout(Value vvq) {
        return vvq.member(isPacked(vvq) ? "packed" : "split");
    }

    /**
     * {@return how many descriptors a queue has}
     *
     * @param vq {@code struct virtqueue *}
     * @throws CorruptStructureException if they are more than a ring can have
     * @kernel drivers/virtio/virtio_ring.c
     */
    @KernelName("virtqueue_get_vring_size")
    public static long virtqueueGetVringSize(Value vq) {
        var vvq = toVvq(vq);
        var size = layout(vvq).member("vring").member("num").longValue();
        if (size > MAX_SIZE) {
            throw new CorruptStructureException(
                    "vring_virtqueue",
                    vvq.address(),
                    "its ring has " + size + " descriptors, and at most " + MAX_SIZE + " are allowed");
        }
        return size;
    }

    /**
     * {@return whether the driver has given a queue up}
     *
     * @param vq {@code struct virtqueue *}
     * @kernel drivers/virtio/virtio_ring.c
     */
    @KernelName("virtqueue_is_broken")
    public static boolean virtqueueIsBroken(Value vq) {
        return toVvq(vq).member("broken").booleanValue();
    }

    /**
     * {@return how far a queue has come; empty if its ring is packed, which has no such numbers}
     *
     * @param vq {@code struct virtqueue *}
     * @kernel include/uapi/linux/virtio_ring.h
     */
    public static Optional<Progress> progress(Value vq) {
        var vvq = toVvq(vq);
        if (isPacked(vvq)) {
            return Optional.empty();
        }
        var vring = layout(vvq).member("vring");
        var offered = vring.member("avail").member("idx").intValue();
        var used = vring.member("used").member("idx").intValue();
        var taken = vvq.member("last_used_idx").intValue();
        // They count on and on, in 16 bits.
        return Optional.of(new Progress((offered - used) & INDEX_MASK, (used - taken) & INDEX_MASK));
    }

    /**
     * {@return what a driver gave a queue to know again what it has under way, {@code void *}, by its place in the ring}
     *
     * @param vq {@code struct virtqueue *}
     * @throws CorruptStructureException if its ring is larger than a ring can be
     * @kernel drivers/virtio/virtio_ring.c
     */
    public static Stream<Value> outstanding(Value vq) {
        var states = layout(toVvq(vq)).member("desc_state");
        return LongStream.range(0, virtqueueGetVringSize(vq))
                .mapToObj(index -> states.subscript(index).member("data"))
                .filter(data -> !data.isNull());
    }
}
