package org.wyrm.linux.printk;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Field;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * The kernel's log: {@code struct printk_ringbuffer}, since v5.10.
 *
 * <p>Two rings. A ring of descriptors, each with a state and the place of its text in the other ring; the number of a
 * record is in the infos beside the descriptors. The low bits of a descriptor's identifier are its place in the ring;
 * the high two bits of its state say whether the record is whole.
 *
 * @kernel kernel/printk/printk_ringbuffer.c
 */
@ProvidesHelpers(names = {"get_printk_records"})
public final class Printk {
    private static final int DESC_COMMITTED = 1;
    private static final int DESC_FINALIZED = 2;
    private static final int STATE_SHIFT = Long.SIZE - 2;
    private static final long ID_MASK = ~(3L << STATE_SHIFT);
    private static final int MAX_RING_BITS = 31;

    private Printk() {}

    /**
     * {@return the records that are in the log, the oldest first}
     *
     * @kernel kernel/printk/printk.c
     */
    @KernelName("get_printk_records")
    public static Stream<PrintkRecord> getPrintkRecords(Program program) {
        return Walk.stream(new Records(program));
    }

    private static final class Records implements Iterator<PrintkRecord> {
        private final Program program;
        private final Value descriptors;
        private final Value infos;
        private final long descriptorMask;
        private final long textRing;
        private final long textMask;
        private final Field state;
        private final Field begin;
        private final Field end;
        private final long lastId;
        private long id;
        private long left;
        private @Nullable PrintkRecord next;

        Records(Program program) {
            this.program = program;
            var ring = program.variable("prb");
            var descRing = ring.member("desc_ring");
            this.descriptors = descRing.member("descs");
            this.infos = descRing.member("infos");
            this.descriptorMask = mask(descRing, "count_bits");
            var dataRing = ring.member("text_data_ring");
            this.textRing = dataRing.member("data").longValue();
            this.textMask = mask(dataRing, "size_bits");
            var type = program.type("struct prb_desc");
            this.state = Field.of(type, "state_var.counter");
            this.begin = Field.of(type, "text_blk_lpos.begin");
            this.end = Field.of(type, "text_blk_lpos.next");
            this.id = descRing.member("tail_id").member("counter").longValue() & ID_MASK;
            this.lastId = descRing.member("head_id").member("counter").longValue() & ID_MASK;
            this.left = descriptorMask + 1;
            advance();
        }

        private static long mask(Value ring, String bits) {
            var count = ring.member(bits).longValue();
            if (count < 1 || count > MAX_RING_BITS) {
                throw new CorruptStructureException(
                        "printk_ringbuffer", ring.address(), bits + " is " + count + ", which no ring has");
            }
            return (1L << count) - 1;
        }

        private void advance() {
            next = null;
            while (next == null && left > 0) {
                next = record(id);
                left = id == lastId ? 0 : left - 1;
                id = id + 1 & ID_MASK;
            }
        }

        private @Nullable PrintkRecord record(long wanted) {
            program.cancellation().check();
            var index = wanted & descriptorMask;
            var descriptor = descriptors.subscript(index);
            var stateBits = descriptor.member(state).longValue();
            var status = (int) (stateBits >>> STATE_SHIFT);
            if ((stateBits & ID_MASK) != wanted || status != DESC_COMMITTED && status != DESC_FINALIZED) {
                return null;
            }
            var info = infos.subscript(index);
            var record = new PrintkRecord(
                    info.member("seq").longValue(),
                    info.member("ts_nsec").longValue(),
                    info.member("level").intValue(),
                    info.member("facility").intValue(),
                    text(descriptor, (int) info.member("text_len").longValue()));
            // A target that runs may have taken its place for another one meanwhile: prb_read asks twice too.
            return program.isRunning() && descriptor.member(state).longValue() != stateBits ? null : record;
        }

        /** A block is the descriptor's identifier, then the text; one that would pass the ring's end begins at 0. */
        private String text(Value descriptor, int textByteSize) {
            var first = descriptor.member(begin).longValue();
            var last = descriptor.member(end).longValue();
            if ((first & 1) != 0) {
                return ""; // NO_LPOS, or FAILED_LPOS: there is no text
            }
            var wraps = first / (textMask + 1) != last / (textMask + 1) && (last & textMask) != 0;
            var offset = wraps ? 0 : first & textMask;
            var blockByteSize = wraps ? last & textMask : last - first;
            var length = (int) Math.min(textByteSize, Math.max(0, Math.min(blockByteSize, textMask + 1) - Long.BYTES));
            var bytes = program.memory().bytes(textRing + offset + Long.BYTES, length);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public PrintkRecord next() {
            var record = next;
            if (record == null) {
                throw new NoSuchElementException();
            }
            advance();
            return record;
        }
    }
}
