package org.wyrm.testkit.dump;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which of many inputs a test takes: some, others each day, or all with {@code -Dwyrm.full}, which {@code ./check --full}
 * sets.
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
