package org.wyrm.testkit.dump;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which of many inputs a test takes: some, others each day, or all with {@code -Dwyrm.full}, which {@code ./check --full}
 * sets. {@code ./check --quick} sets {@code -Dquick}: fewer of what a normal run takes all of.
 *
 * @param size how many at most
 * @param seed of the choice, for {@code -Dwyrm.seed}
 */
public record Sample(int size, long seed) {
    private static final long MILLIS_OF_A_DAY = 86_400_000;

    /** {@return the sample of a test that takes so many in a normal run} */
    public static Sample of(int usualSize) {
        return of(usualSize, Integer.MAX_VALUE);
    }

    /** {@return the sample of a test that takes so many in a normal run, and in a full one, where there is no "all"} */
    public static Sample of(int usualSize, int fullSize) {
        var size = System.getProperty("wyrm.full") != null ? fullSize : Integer.getInteger("wyrm.sample", usualSize);
        return new Sample(size, Long.getLong("wyrm.seed", System.currentTimeMillis() / MILLIS_OF_A_DAY));
    }

    /** {@return {@code usualSize}, or {@code quickSize} in {@code ./check --quick}} */
    public static int size(int usualSize, int quickSize) {
        return System.getProperty("quick") != null ? quickSize : usualSize;
    }

    /** {@return all of these; in {@code ./check --quick} {@code quickSize} of them} */
    public static <T> List<T> some(List<T> all, int quickSize) {
        return indexes(all.size(), quickSize).mapToObj(all::get).toList();
    }

    /** {@return the numbers from 0 up to a count; in {@code ./check --quick} {@code quickSize} of them} */
    public static IntStream indexes(int count, int quickSize) {
        var size = size(count, quickSize);
        if (size >= count) {
            return IntStream.range(0, count);
        }
        var sample = of(size);
        System.out.println("of " + count + " inputs " + size + ", by " + sample);
        return sample.random().ints(0, count).distinct().limit(size).sorted();
    }

    /** {@return some of these, or all if there are not more} */
    public <T> List<T> from(List<T> all) {
        var chosen = new ArrayList<>(all);
        Collections.shuffle(chosen, random());
        return chosen.subList(0, Math.min(size, chosen.size()));
    }

    /** {@return numbers that the seed settles} */
    public Random random() {
        return new Random(seed);
    }

    @Override
    public String toString() {
        return "seed " + seed + " (-Dwyrm.seed)";
    }
}
