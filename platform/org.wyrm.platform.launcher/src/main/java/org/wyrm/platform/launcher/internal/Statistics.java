package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where the time went. Confined to one thread. */
final class Statistics {
    private final Map<String, Long> phases = new LinkedHashMap<>();
    private long lastNanos = System.nanoTime();

    /** Ends a phase that began with the end of the last one. */
    void phase(String name) {
        var now = System.nanoTime();
        phases.merge(name, now - lastNanos, Long::sum);
        lastNanos = now;
    }

    /** Writes a line a phase, and what the target counted. */
    void write(PrintStream errors, Map<String, Long> counts) {
        var insideNanos = phases.values().stream().mapToLong(Long::longValue).sum();
        ProcessHandle.current().info().startInstant().ifPresent(start -> {
            // The kernel tells the start of a process in hundredths of a second.
            var all = Duration.between(start, Instant.now()).toNanos();
            line(errors, "JVM", Math.max(0, all - insideNanos));
        });
        phases.forEach((name, nanos) -> line(errors, name, nanos));
        counts.forEach((name, count) -> errors.println("wyrm: " + name + ": " + count));
    }

    private static void line(PrintStream errors, String name, long nanos) {
        errors.println(String.format(Locale.ROOT, "wyrm: %s: %.1f ms", name, nanos / 1e6));
    }
}
