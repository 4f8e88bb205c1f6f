package org.wyrm.fs.ext4.internal;

import org.wyrm.program.Program;

/**
 * How long ago something was that the kernel has noted in ticks.
 *
 * @param now {@code jiffies}
 * @param tickNs how long a tick takes
 */
record JiffyClock(long now, long tickNs) {
    private static final long NS_PER_MS = 1_000_000;

    static JiffyClock of(Program program) {
        // The kernel keeps how many ticks are in a second nowhere, but it has a clock of them.
        var clock = program.variable("clocksource_jiffies");
        return new JiffyClock(
                program.variable("jiffies").longValue(),
                clock.member("mult").longValue() >> clock.member("shift").longValue());
    }

    /** {@return for how many milliseconds it has been so since a tick} */
    long msSince(long tick) {
        return Math.max(0, (now - tick) * tickNs / NS_PER_MS);
    }
}
