package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.printk.Printk;
import org.wyrm.linux.printk.PrintkRecord;
import org.wyrm.program.TestProgram;

/** A ring of four descriptors and one of 64 bytes of text. */
class PrintkTest {
    private static final long POINTER = TestProgram.BASE;
    private static final long RING = TestProgram.BASE + 0x100;
    private static final long DESCRIPTORS = TestProgram.BASE + 0x200;
    private static final long INFOS = TestProgram.BASE + 0x300;
    private static final long TEXT = TestProgram.BASE + 0x400;
    private static final long FINALIZED = 2L << 62;
    private static final long REUSABLE = 3L << 62;

    private static TestProgram ring(long tailId, long headId) {
        return KernelTypes.program()
                .symbol("prb", POINTER, 8)
                .u64(POINTER, RING)
                .u32(RING, 2)
                .u64(RING + 8, DESCRIPTORS)
                .u64(RING + 16, INFOS)
                .u64(RING + 24, headId)
                .u64(RING + 32, tailId)
                .u32(RING + 40, 6)
                .u64(RING + 48, TEXT);
    }

    private static void record(TestProgram program, long id, long state, long begin, long next, String text) {
        var descriptor = DESCRIPTORS + (id & 3) * 24;
        var info = INFOS + (id & 3) * 24;
        program.u64(descriptor, id | state)
                .u64(descriptor + 8, begin)
                .u64(descriptor + 16, next)
                .u64(info, id)
                .u64(info + 8, id * 1_000)
                .u8(info + 16, text.length())
                .u8(info + 19, 6 << 5);
        var wraps = (begin & ~63) != (next & ~63) && (next & 63) != 0;
        program.text(TEXT + (wraps ? 0 : begin & 63) + 8, text);
    }

    @Test
    void recordsComeFromTheTailToTheHead() {
        var program = ring(4, 6);
        record(program, 4, FINALIZED, 0, 16, "one");
        record(program, 5, FINALIZED, 16, 32, "two");
        record(program, 6, FINALIZED, 32, 48, "three");

        assertThat(Printk.getPrintkRecords(program.open()))
                .containsExactly(
                        new PrintkRecord(4, 4_000, 6, 0, "one"),
                        new PrintkRecord(5, 5_000, 6, 0, "two"),
                        new PrintkRecord(6, 6_000, 6, 0, "three"));
    }

    @Test
    void aBlockThatWrapsBeginsAtTheStartOfTheRing() {
        var program = ring(4, 4);
        record(program, 4, FINALIZED, 48, 64 + 24, "wrapped");

        assertThat(Printk.getPrintkRecords(program.open()).map(PrintkRecord::text))
                .containsExactly("wrapped");
    }

    @Test
    void aBlockThatEndsWithTheRingDoesNotWrap() {
        var program = ring(4, 4);
        record(program, 4, FINALIZED, 48, 64, "atend");

        assertThat(Printk.getPrintkRecords(program.open()).map(PrintkRecord::text))
                .containsExactly("atend");
    }

    @Test
    void recordsThatAreNotWholeAreLeftOut() {
        var program = ring(4, 6);
        record(program, 4, REUSABLE, 0, 16, "gone");
        record(program, 5, FINALIZED, 16, 32, "here");
        record(program, 6, 0, 32, 48, "being written");

        assertThat(Printk.getPrintkRecords(program.open()).map(PrintkRecord::text))
                .containsExactly("here");
    }

    @Test
    void aHeadThatIsNeverReachedEndsTheWalkAfterOneRound() {
        var program = ring(4, 1000);
        record(program, 4, FINALIZED, 0, 16, "one");

        assertThat(Printk.getPrintkRecords(program.open())).hasSize(1);
    }

    @Test
    void anAbsurdSizeIsSaidWithItsPlace() {
        var program = ring(4, 4).u32(RING, 60).open();

        assertThatThrownBy(() -> Printk.getPrintkRecords(program).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("count_bits is 60");
    }
}
