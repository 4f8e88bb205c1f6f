package org.wyrm.block.virtio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.block.virtio.VirtioDisks;
import org.wyrm.block.virtio.Virtqueues;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** Rings of virtio that no dump of the lab has: packed, broken, half way, damaged. */
class VirtqueuesTest {
    private static final long RING = TestProgram.BASE;
    private static final long AVAILABLE = TestProgram.BASE + 0x100;
    private static final long USED = TestProgram.BASE + 0x200;
    private static final long STATES = TestProgram.BASE + 0x300;
    private static final long REQUESTS = TestProgram.BASE + 0x1000;
    private static final int REQUEST_BYTES = 64;

    private static final int PACKED = 16;
    private static final int BROKEN = 17;
    private static final int TAKEN = 20;
    private static final int SIZE = 24;
    private static final int STATE = 48;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final TestProgram target;

    VirtqueuesTest() {
        var u16 = types.integer("u16", 2, 0);
        var u32 = types.integer("unsigned int", 4, 0);
        var bool = types.integer("bool", 1, 4);
        var u64 = types.integer("unsigned long", 8, 0);
        var pointer = types.pointer(types.integer("char", 1, 1));
        var vq = types.struct("virtqueue", 16, at(0, "name", pointer), at(8, "num_free", u32));
        var index = types.struct("vring_used", 4, at(0, "flags", u16), at(2, "idx", u16));
        var vring = types.struct(
                "vring",
                24,
                at(0, "num", u32),
                at(8, "avail", types.pointer(index)),
                at(16, "used", types.pointer(index)));
        var state = types.struct("vring_desc_state_split", 16, at(0, "data", pointer), at(8, "indir_desc", pointer));
        var split = types.struct(
                "vring_virtqueue_split", 32, at(0, "vring", vring), at(24, "desc_state", types.pointer(state)));
        var packedRing = types.struct("packed_vring", 8, at(0, "num", u32));
        var packedState = types.struct("vring_desc_state_packed", 24, at(0, "data", pointer), at(16, "num", u16));
        var packed = types.struct(
                "vring_virtqueue_packed",
                32,
                at(0, "vring", packedRing),
                at(24, "desc_state", types.pointer(packedState)));
        types.struct(
                "vring_virtqueue",
                88,
                at(0, "vq", vq),
                at(PACKED, "packed_ring", bool),
                at(BROKEN, "broken", bool),
                at(TAKEN, "last_used_idx", u16),
                at(SIZE, "split", split),
                at(SIZE + 32, "packed", packed));
        types.struct("request", REQUEST_BYTES, at(0, "tag", u64));
        var queue = types.struct("virtio_blk_vq", 16, at(0, "vq", types.pointer(vq)));
        types.struct("virtio_blk", 16, at(0, "num_vqs", u32), at(8, "vqs", types.pointer(queue)));
        target = new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .u32(RING + SIZE, 4)
                .u64(RING + SIZE + 8, AVAILABLE)
                .u64(RING + SIZE + 16, USED)
                .u64(RING + STATE, STATES);
    }

    private Item at(int offset, String member, Label type) {
        return types.member(member, type, offset * Byte.SIZE);
    }

    private static Value ring(Program program) {
        return program.object(program.type("struct virtqueue"), RING);
    }

    @ParameterizedTest
    @CsvSource({"0,0,0, 0,0", "7,5,4, 2,1", "2,65535,65533, 3,2", "0,65535,65535, 1,0"})
    void countOnPastTheLastNumber(int offered, int used, int taken, int unanswered, int untaken) {
        var program = target.u32(AVAILABLE, offered << 16)
                .u32(USED, used << 16)
                .u32(RING + TAKEN, taken)
                .open();

        assertThat(Virtqueues.progress(ring(program))).hasValue(new Virtqueues.Progress(unanswered, untaken));
    }

    @Test
    void haveWhatIsUnderWay() {
        var program = target.u64(STATES + 16, REQUESTS + REQUEST_BYTES)
                .u64(STATES + 48, REQUESTS + 0x100 + REQUEST_BYTES)
                .open();

        assertThat(VirtioDisks.requests(ring(program)))
                .extracting(Value::address)
                .containsExactly(REQUESTS, REQUESTS + 0x100);
        assertThat(Virtqueues.virtqueueGetVringSize(ring(program))).isEqualTo(4);
        assertThat(Virtqueues.virtqueueIsBroken(ring(program))).isFalse();
    }

    @Test
    void mayBePackedAndBroken() {
        var program = target.u8(RING + PACKED, 1)
                .u8(RING + BROKEN, 1)
                .u32(RING + SIZE + 32, 2)
                .u64(RING + SIZE + 32 + 24, STATES)
                .u64(STATES + 24, REQUESTS + REQUEST_BYTES)
                .open();

        assertThat(Virtqueues.progress(ring(program))).isEmpty();
        assertThat(VirtioDisks.requests(ring(program)))
                .extracting(Value::address)
                .containsExactly(REQUESTS);
        assertThat(Virtqueues.virtqueueIsBroken(ring(program))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {32769, -1})
    void areNoLargerThanRingsMayBe(int size) {
        var program = target.u32(RING + SIZE, size).open();

        assertThatThrownBy(() -> Virtqueues.outstanding(ring(program)))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining(Integer.toUnsignedString(size) + " descriptors");
    }

    @Test
    void tellWhatCannotBeRead() {
        var program = target.u64(RING + STATE, 0x7000_0000L).open();

        assertThatThrownBy(() -> Virtqueues.outstanding(ring(program)).count()).isInstanceOf(FaultException.class);
    }

    @Test
    void areAtMostOneForEachCpu() {
        var blk = TestProgram.BASE + 0x800;
        var program = target.u32(blk, 70_000).open();

        assertThatThrownBy(() -> VirtioDisks.virtqueues(program.object(program.type("struct virtio_blk"), blk)))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("70000 queues");
    }
}
