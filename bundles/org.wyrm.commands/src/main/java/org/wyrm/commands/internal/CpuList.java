package org.wyrm.commands.internal;

import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;

/** Reads which CPUs a user means: {@code 0}, {@code 0,2-3}, {@code all}. */
final class CpuList {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:-([0-9]{1,6}))?");

    private CpuList() {}

    /** {@return the numbers of the CPUs, lowest first} */
    static IntStream of(String text, Program program) {
        if (text.equals("all")) {
            return IntStream.range(0, program.evaluate("nr_cpu_ids").intValue());
        }
        var cpus = new TreeSet<Integer>();
        for (var part : text.split(",", -1)) {
            var range = RANGE.matcher(part);
            if (!range.matches()) {
                throw new UsageException("no CPU '" + part + "': say 0, 0,2-3 or all");
            }
            var first = Integer.parseInt(range.group(1));
            var last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            IntStream.rangeClosed(first, last).forEach(cpus::add);
        }
        return cpus.stream().mapToInt(Integer::intValue);
    }
}
