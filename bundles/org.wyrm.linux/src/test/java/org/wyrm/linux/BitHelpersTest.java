package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.bitmap.Bitmaps;
import org.wyrm.linux.bitops.Bitops;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.nodemask.Nodemasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.sbitmap.Sbitmaps;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class BitHelpersTest {
    private static final long AT = TestProgram.BASE;
    private static final long OTHER = TestProgram.BASE + 0x1000;

    private static Value object(Program program, String type) {
        return program.object(program.type(type), AT);
    }

    @Nested
    class OfABitmap {
        private static final long WORD = 0x8000_0000_0000_0005L;

        private static Value bitmap() {
            return object(KernelTypes.program().u64(AT, WORD).u64(AT + 8, 1).open(), "struct cpumask")
                    .member("bits");
        }

        @ParameterizedTest
        @CsvSource({"0, ''", "1, 0", "3, '0 2'", "63, '0 2'", "64, '0 2 63'", "65, '0 2 63 64'", "128, '0 2 63 64'"})
        void giveTheBitsThatAreSet(int bitCount, String bits) {
            var expected = bits.isEmpty()
                    ? List.<Long>of()
                    : List.of(bits.split(" ")).stream().map(Long::valueOf).toList();

            assertThat(Bitops.forEachSetBit(bitmap(), bitCount).boxed()).containsExactlyElementsOf(expected);
            assertThat(Bitmaps.bitmapWeight(bitmap(), bitCount)).isEqualTo(expected.size());
        }

        @Test
        void giveTheBitsThatAreClear() {
            assertThat(Bitops.forEachClearBit(bitmap(), 67).boxed())
                    .containsExactlyElementsOf(LongStream.range(0, 67)
                            .filter(bit -> bit != 0 && bit != 2 && bit != 63 && bit != 64)
                            .boxed()
                            .toList());
        }

        @Test
        void testABitBehindAPointer() {
            var pointer = bitmap().subscript(0).addressOf();

            assertThat(Bitops.testBit(63, pointer)).isTrue();
            assertThat(Bitops.testBit(64, pointer)).isTrue();
            assertThat(Bitops.testBit(65, pointer)).isFalse();
        }
    }

    @Nested
    class OfCpus {
        private static TestProgram machine(int cpuCount) {
            return KernelTypes.program()
                    .symbol("nr_cpu_ids", OTHER, 4)
                    .u32(OTHER, cpuCount)
                    .symbol("__cpu_possible_mask", AT, 16)
                    .symbol("__per_cpu_offset", OTHER + 0x100, 8)
                    .symbol("cpu_bit_bitmap", OTHER + 0x800, 16 * 65);
        }

        @ParameterizedTest
        @CsvSource({"0, ''", "1, 0", "3, 0-1", "5, '0,2'", "0xf7, '0-2,4-7'", "-1, 0-63"})
        void areWrittenAsTheKernelDoes(String word, String list) {
            var mask = object(machine(64).u64(AT, Long.decode(word)).open(), "struct cpumask");

            assertThat(Cpumasks.cpumaskToCpulist(mask)).isEqualTo(list);
            assertThat(Cpumasks.cpumaskWeight(mask)).isEqualTo(Long.bitCount(Long.decode(word)));
        }

        @Test
        void endWithTheLastNumber() {
            var program = machine(3).u64(AT, -1).open();

            assertThat(Cpumasks.forEachPossibleCpu(program)).containsExactly(0, 1, 2);
            assertThat(Cpumasks.numPossibleCpus(program)).isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 63, 64, 100})
        void haveAMaskEach(int cpu) {
            var machine = machine(128);
            for (var bit = 0; bit < 64; bit++) {
                machine.u64(OTHER + 0x800 + (bit + 1) * 16L, 1L << bit);
            }

            assertThat(Cpumasks.forEachCpu(Cpumasks.cpumaskOf(machine.open(), cpu)))
                    .containsExactly(cpu);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 128, Integer.MAX_VALUE})
        void thatAreNotThereHaveNothing(int cpu) {
            var program = machine(128).open();
            var variable = program.object(program.type("struct percpu_counter"), OTHER);

            assertThatThrownBy(() -> Cpumasks.cpumaskOf(program, cpu)).isInstanceOf(LookupFailedException.class);
            assertThatThrownBy(() -> Percpu.perCpu(variable, cpu))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("no CPU '" + cpu + "'");
        }

        @Test
        void addUpTheirPartsOfACounter() {
            var counter = OTHER + 0x200;
            var program = machine(2)
                    .u64(AT, 3)
                    .u64(OTHER + 0x100, 0x2000)
                    .u64(OTHER + 0x108, 0x3000)
                    .u64(counter, 10)
                    .u64(counter + 8, OTHER)
                    .u32(OTHER + 0x2000, 5)
                    .u32(OTHER + 0x3000, -20)
                    .open();
            var value = program.object(program.type("struct percpu_counter"), counter);

            assertThat(Percpu.percpuCounterSum(value)).isEqualTo(-5);
            assertThat(Percpu.percpuCounterSumPositive(value)).isZero();
        }
    }

    @Nested
    class OfNodes {
        private static Program machine() {
            // Node 0 and 65 may come, node 0 is online.
            return KernelTypes.program()
                    .symbol("node_states", AT, 32)
                    .u64(AT, 1)
                    .u64(AT + 8, 2)
                    .u64(AT + 16, 1)
                    .open();
        }

        @Test
        void areThoseInAState() {
            var program = machine();

            assertThat(Nodemasks.forEachNode(program)).containsExactly(0, 65);
            assertThat(Nodemasks.forEachOnlineNode(program)).containsExactly(0);
            assertThat(Nodemasks.nodeState(program, 65, 0)).isTrue();
            assertThat(Nodemasks.nodeState(program, 65, 1)).isFalse();
            assertThat(Nodemasks.nodeState(program, 1_000_000, 0)).isFalse();
        }

        @Test
        void ofAKernelWithoutNumaAreOne() {
            assertThat(Nodemasks.nrNodeIds(machine())).isEqualTo(1);
        }
    }

    @Nested
    class OfAScalableBitmap {
        private static TestProgram bitmap(int depth, int shift) {
            return KernelTypes.program()
                    .u32(AT, depth)
                    .u32(AT + 4, shift)
                    .u64(AT + 8, OTHER)
                    .u64(OTHER, 0b1101)
                    .u64(OTHER + 8, 0b100)
                    .u64(OTHER + 16, 0b1111);
        }

        @Test
        void giveTheBitsThatWereNotGivenBack() {
            var bitmap = object(bitmap(6, 2).open(), "struct sbitmap");

            assertThat(Sbitmaps.sbitmapForEachSet(bitmap)).containsExactly(0L, 3L, 4L, 5L);
        }

        @Test
        void giveNothingOfAnEmptyOne() {
            assertThat(Sbitmaps.sbitmapForEachSet(object(bitmap(0, 6).open(), "struct sbitmap")))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 63, 64, -1})
        void refuseWordsThatAreTooLarge(int shift) {
            assertThatThrownBy(() ->
                            Sbitmaps.sbitmapForEachSet(object(bitmap(6, shift).open(), "struct sbitmap")))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("sbitmap at 0x%x: its words have 2^".formatted(AT));
        }
    }
}
