package org.wyrm.target.process.internal;

import java.util.LinkedHashMap;
import java.util.LongSummaryStatistics;
import java.util.Map;

/** How long threads were stopped. Thread-safe. */
final class StopTimes {
    private static final long MICROSECOND = 1000;

    private final LongSummaryStatistics nanos = new LongSummaryStatistics();

    synchronized void add(long stoppedNanos) {
        nanos.accept(stoppedNanos);
    }

    /** {@return them for {@code --stats}; nothing if no thread was stopped} */
    synchronized Map<String, Long> statistics() {
        var figures = new LinkedHashMap<String, Long>();
        if (nanos.getCount() > 0) {
            figures.put("stops of threads", nanos.getCount());
            figures.put("microseconds of the longest stop", nanos.getMax() / MICROSECOND);
            figures.put("microseconds of all stops", nanos.getSum() / MICROSECOND);
        }
        return figures;
    }
}
