package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.program.Program;

/** Code that {@code /proc/PID/stack} leaves out: {@code in_sched_functions}. */
record SchedulerText(List<long[]> ranges) {
    static SchedulerText of(Program program) {
        var ranges = new ArrayList<long[]>();
        for (var name : List.of("__sched_text_", "__lock_text_")) {
            ranges.add(new long[] {address(program, name + "start"), address(program, name + "end")});
        }
        return new SchedulerText(ranges);
    }

    private static long address(Program program, String symbol) {
        return program.symbols(symbol).getFirst().address();
    }

    boolean contains(long address) {
        return ranges.stream().anyMatch(range -> range[0] <= address && address < range[1]);
    }
}
