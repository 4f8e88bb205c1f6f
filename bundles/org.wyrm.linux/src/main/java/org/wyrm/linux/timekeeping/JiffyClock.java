package org.wyrm.linux.timekeeping;

import java.time.Duration;
import org.wyrm.program.Program;

/**
 * How long ago something was, or when something will be, that the kernel has noted in ticks.
 *
 * @param now {@code jiffies}
 * @param tickNs how long a tick takes, in nanoseconds
 */
public record JiffyClock(long now, long tickNs) {
    /**
     * {@return the clock as of the last tick}
     *
     * @kernel kernel/time/jiffies.c
     */
    public static JiffyClock of(Program program) {
        // The kernel keeps how many ticks are in a second nowhere, but it has a clock of them.
        var clock = program.variable("clocksource_jiffies");
        return new JiffyClock(
                program.variable("jiffies").longValue(),
                clock.member("mult").longValue() >> clock.member("shift").longValue());
    }

    /** {@return for how long it has been so since a tick; nothing of one that is still to come} */
    public Duration since(long tick) {
        return Duration.ofNanos(tickNs).multipliedBy(Math.max(0, now - tick));
    }

    /** {@return how long it is to a tick; below nothing of one that has passed} */
    public Duration until(long tick) {
        return Duration.ofNanos(tickNs).multipliedBy(tick - now);
    }
}
