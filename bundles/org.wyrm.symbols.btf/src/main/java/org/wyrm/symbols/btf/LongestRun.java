package org.wyrm.symbols.btf;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which of some numbers, most of them in order, are out of it.
 *
 * <p>Where two neighbours contradict each other, one look at them cannot tell which is wrong: after one number that is far
 * too high, all others look too low. So those are right that are in the longest run that never falls, a run being any of
 * the numbers in their order. Where there are several such runs, only what is in all of them is sure; the others may be
 * right or wrong.
 */
final class LongestRun {
    private LongestRun() {}

    /** {@return those that are not in each of the longest runs}, found in n log n steps */
    static BitSet outside(long[] numbers) {
        var ending = lengths(numbers);
        var reversed = new long[numbers.length];
        for (var at = 0; at < numbers.length; at++) {
            reversed[numbers.length - 1 - at] = ~numbers[at];
        }
        var starting = lengths(reversed);
        var longest = Arrays.stream(ending).max().orElse(0);
        // A longest run has one number of each length, so where there are two, either may be the wrong one.
        var choices = new int[longest + 1];
        var outside = new BitSet(numbers.length);
        for (var at = 0; at < numbers.length; at++) {
            if (ending[at] + starting[numbers.length - 1 - at] - 1 == longest) {
                choices[ending[at]]++;
            } else {
                outside.set(at);
            }
        }
        for (var at = 0; at < numbers.length; at++) {
            if (choices[ending[at]] > 1) {
                outside.set(at);
            }
        }
        return outside;
    }

    /** {@return for each number, how many the longest run has that ends with it} */
    private static int[] lengths(long[] numbers) {
        var lengths = new int[numbers.length];
        /* The lowest number that a run of each length ends with. */
        var lowest = new long[numbers.length];
        var longest = 0;
        for (var at = 0; at < numbers.length; at++) {
            var length = firstAbove(lowest, longest, numbers[at]);
            lowest[length] = numbers[at];
            lengths[at] = length + 1;
            longest = Math.max(longest, length + 1);
        }
        return lengths;
    }

    private static int firstAbove(long[] sorted, int count, long number) {
        var low = 0;
        var high = count;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (sorted[middle] > number) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
