package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Where the time went: of what runs at the same time, each its share. Thread-safe. */
final class Statistics {
    /** In the order in which they begin; a phase that was not needed has no time. */
    private final Map<String, Long> phases = new LinkedHashMap<>();

    private long lastNanos = System.nanoTime();

    Statistics() {
        for (var name : List.of("command line", "framework", "target", "command")) {
            phases.put(name, 0L);
        }
    }

    /** Ends a phase that began with the end of the last one. */
    synchronized void phase(String name) {
        var now = System.nanoTime();
        phases.merge(name, now - lastNanos, Long::sum);
        lastNanos = now;
    }

    /** Counts work inside a phase by itself. */
    synchronized <T> T inside(String name, Supplier<T> work) {
        var begun = System.nanoTime();
        var result = work.get();
        var nanos = System.nanoTime() - begun;
        phases.merge(name, nanos, Long::sum);
        lastNanos += nanos;
        return result;
    }

    /** Writes a line a phase, and what the target counted. */
    synchronized void write(PrintStream errors, Map<String, Long> counts) {
        var insideNanos = phases.values().stream().mapToLong(Long::longValue).sum();
        line(errors, "JVM", Math.max(0, sinceProcessStartNanos() - insideNanos));
        phases.forEach((name, nanos) -> {
            if (nanos > 0) {
                line(errors, name, nanos);
            }
        });
        counts.forEach((name, count) -> errors.println("wyrm: " + name + ": " + count));
    }

    /** How long this process runs; the kernel tells it in hundredths of a second. */
    private static long sinceProcessStartNanos() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
            // After the name, which may hold anything but ends with the last parenthesis: field 22 is the start.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            var uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
            return Math.round((Double.parseDouble(uptime) - Long.parseLong(fields[19]) / 100.0) * 1e9);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    private static void line(PrintStream errors, String name, long nanos) {
        errors.println(String.format(Locale.ROOT, "wyrm: %s: %.1f ms", name, nanos / 1e6));
    }
}
