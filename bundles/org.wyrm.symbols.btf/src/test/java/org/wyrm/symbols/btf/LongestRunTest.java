package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LongestRunTest {
    private static int[] outside(long... numbers) {
        return LongestRun.outside(numbers).stream().toArray();
    }

    @Test
    void ofNumbersInOrderHasAll() {
        assertThat(outside()).isEmpty();
        assertThat(outside(1)).isEmpty();
        assertThat(outside(1, 1, 2, 2, 2, 3)).isEmpty();
    }

    @Test
    void isNotWhatComesAfterOneThatIsTooHigh() {
        assertThat(outside(1, 2, 99, 3, 4, 5)).containsExactly(2);
        assertThat(outside(99, 1, 2, 3)).containsExactly(0);
        assertThat(outside(1, 2, 3, 0)).containsExactly(3);
        assertThat(outside(Long.MIN_VALUE, 5, Long.MAX_VALUE, 6, 7)).containsExactly(2);
    }

    @Test
    void leavesOutAllThatMayBeWrong() {
        assertThat(outside(1, 5, 3, 9)).containsExactly(1, 2);
        assertThat(outside(2, 1)).containsExactly(0, 1);
    }

    @Test
    void hasOnlyWhatEachLongestRunHas() {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++) {
            var numbers = LongStream.range(0, 1 + random.nextInt(9))
                    .map(at -> random.nextInt(6))
                    .toArray();

            assertThat(LongestRun.outside(numbers)).as(Arrays.toString(numbers)).isEqualTo(byTryingAll(numbers));
        }
    }

    private static BitSet byTryingAll(long[] numbers) {
        var longest = 0;
        var common = 0;
        for (var choice = 0; choice < 1 << numbers.length; choice++) {
            if (isRun(numbers, choice) && Integer.bitCount(choice) >= longest) {
                common = Integer.bitCount(choice) > longest ? choice : common & choice;
                longest = Integer.bitCount(choice);
            }
        }
        return BitSet.valueOf(new long[] {~common & (1L << numbers.length) - 1});
    }

    private static boolean isRun(long[] numbers, int choice) {
        var last = Long.MIN_VALUE;
        for (var at = 0; at < numbers.length; at++) {
            if ((choice >> at & 1) != 0) {
                if (numbers[at] < last) {
                    return false;
                }
                last = numbers[at];
            }
        }
        return true;
    }

    @Test
    @Timeout(10)
    void isFoundInTimeWhateverTheNumbers() {
        for (var bound : new int[] {2, 1000, Integer.MAX_VALUE}) {
            assertThat(LongestRun.outside(
                            new Random(bound).longs(1 << 20, 0, bound).toArray()))
                    .isNotNull();
        }
    }
}
