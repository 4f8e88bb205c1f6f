package org.wyrm.linux.timekeeping;

import java.time.Duration;
import java.time.Instant;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** The kernel's clocks, as of the last tick. */
@ProvidesHelpers(names = {"ktime_get_coarse_boottime_ns", "ktime_get_coarse_ns", "ktime_get_coarse_real_ns"})
public final class Timekeeping {
    private Timekeeping() {}

    /**
     * {@return the time since the boot without sleep, {@code CLOCK_MONOTONIC}, which requests of disks are timed by}
     *
     * @kernel kernel/time/timekeeping.c
     */
    @KernelName("ktime_get_coarse_ns")
    public static Duration monotonic(Program program) {
        return Duration.ofNanos(monotonicNs(timekeeper(program)));
    }

    /**
     * {@return the time since the boot, sleep included}
     *
     * @kernel kernel/time/timekeeping.c
     */
    @KernelName("ktime_get_coarse_boottime_ns")
    public static Duration boottime(Program program) {
        var timekeeper = timekeeper(program);
        var offset = timekeeper.member("offs_boot").longValue();
        return Duration.ofNanos(monotonicNs(timekeeper) + offset);
    }

    /**
     * {@return the time of day}
     *
     * @kernel kernel/time/timekeeping.c
     */
    @KernelName("ktime_get_coarse_real_ns")
    public static Instant realTime(Program program) {
        var timekeeper = timekeeper(program);
        var offset = timekeeper.member("offs_real").longValue();
        return Instant.EPOCH.plusNanos(monotonicNs(timekeeper) + offset);
    }

    private static long monotonicNs(Value timekeeper) {
        var clock = timekeeper.member("tkr_mono");
        var sinceBase =
                clock.member("xtime_nsec").longValue() >>> clock.member("shift").longValue();
        return clock.member("base").longValue() + sinceBase;
    }

    private static Value timekeeper(Program program) {
        return program.variable("tk_core").member("timekeeper");
    }
}
