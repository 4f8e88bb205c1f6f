package org.wyrm.net.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** Queues that no guest of the lab fills: rings, and lists by flow. */
class SkbQueuesTest {
    private static final long RING = TestProgram.BASE;
    private static final long QUEUE = TestProgram.BASE + 0x100;
    private static final long SKBS = TestProgram.BASE + 0x400;
    private static final long ABSENT = 0x7000_0000L;
    private static final int PLACES = 8;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label number = types.integer("int", 4, 1);
    private final Label pointer = types.pointer(types.voidType());
    private final Label skb = types.struct("sk_buff", 8, at(0, "next", pointer));
    private final List<DebuggerException> damage = new ArrayList<>();

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private static long skb(int index) {
        return SKBS + index * 8L;
    }

    private TestProgram target() {
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    private SkbQueues queues(Program program) {
        return new SkbQueues(program, damage::add, warning -> {});
    }

    /** A ring with packets at some places, {@code skb(1)} at place 1. */
    private TestProgram ring(int size, int head, int tail, int... places) {
        types.struct(
                "ptr_ring",
                24,
                at(0, "consumer_head", number),
                at(4, "consumer_tail", number),
                at(8, "size", number),
                at(16, "queue", pointer));
        var target =
                target().u32(RING, head).u32(RING + 4, tail).u32(RING + 8, size).u64(RING + 16, QUEUE);
        for (var place : places) {
            target.u64(QUEUE + place * 8L, skb(place));
        }
        return target;
    }

    private List<Long> waiting(TestProgram target) {
        var program = target.open();
        return queues(program)
                .ring(program.object(program.type("struct ptr_ring"), RING))
                .map(Value::address)
                .toList();
    }

    /** From the head on, without those that were taken and are freed: only their places are not cleared yet. */
    @ParameterizedTest
    @CsvSource({
        "3,3,3 4 5,3 4 5",
        "3,1,1 2 3 4,3 4",
        "3,1,1 2,",
        "0,0,,",
        "6,6,6 7 0 1,6 7 0 1",
        "1,6,6 7 0 1 2,1 2",
        "2,2,0 1 2 3 4 5 6 7,2 3 4 5 6 7 0 1",
        "2,0,0 1 2 3 4 5 6 7,2 3 4 5 6 7"
    })
    void aRingHasThoseThatWait(int head, int tail, String filled, String expected) {
        assertThat(waiting(ring(PLACES, head, tail, numbers(filled))))
                .containsExactlyElementsOf(Arrays.stream(numbers(expected))
                        .mapToObj(SkbQueuesTest::skb)
                        .toList());
    }

    private static int[] numbers(String words) {
        return words == null
                ? new int[0]
                : Arrays.stream(words.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "-1,0,0", "2097152,0,0", "8,8,0", "8,-1,0", "8,0,9"})
    void aRingWithoutSenseIsTold(int size, int head, int tail) {
        assertThatThrownBy(() -> waiting(ring(size, head, tail)))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("it has %d places".formatted(size));
    }

    @Test
    void aFlowThatIsDamagedKeepsNobodyFromTheOthers() {
        var flow = types.struct("fq_codel_flow", 8, at(0, "head", types.pointer(skb)));
        types.struct("fq_codel_sched_data", 16, at(0, "flows", types.pointer(flow)), at(8, "flows_cnt", number));
        var program = target().u64(RING, QUEUE)
                .u32(RING + 8, 3)
                .u64(QUEUE, skb(0))
                .u64(skb(0), skb(1))
                .u64(QUEUE + 8, skb(2))
                .u64(skb(2), ABSENT)
                .u64(QUEUE + 16, skb(3))
                .open();

        assertThat(queues(program).flows(program.object(program.type("struct fq_codel_sched_data"), RING)))
                .extracting(Value::address)
                .contains(skb(0), skb(1), skb(2), skb(3));
        assertThat(damage).singleElement().asString().contains("0x%016x".formatted(ABSENT));
    }
}
