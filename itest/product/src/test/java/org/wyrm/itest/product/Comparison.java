package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What came of comparing one dump with its facts. Confined. */
final class Comparison {
    private final DumpFile dump;
    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private final Map<Mover, Integer> moved = new EnumMap<>(Mover.class);
    private final List<String> differences = new ArrayList<>();

    Comparison(DumpFile dump) {
        this.dump = dump;
    }

    DumpFile dump() {
        return dump;
    }

    /** Counts a row that was compared. */
    void row(String command) {
        rows.merge(command, 1, Integer::sum);
    }

    /** Counts a row that a rule takes. */
    void moved(Mover rule) {
        moved.merge(rule, 1, Integer::sum);
    }

    void differs(String what, Object expected, Object actual) {
        differences.add(what + ": the guest said " + expected + ", the dump " + actual);
    }

    void same(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            differs(what, expected, actual);
        }
    }

    /** {@return what no rule explains, and rules that took more than they may} */
    List<String> differences() {
        var all = new ArrayList<>(differences);
        moved.forEach((rule, count) -> {
            if (count > rule.cap()) {
                all.add(rule + " took " + count + " rows, more than its " + rule.cap() + " (" + rule.reason() + ")");
            }
        });
        return all;
    }

    int rowCount() {
        return rows.values().stream().mapToInt(Integer::intValue).sum();
    }

    Map<Mover, Integer> moved() {
        return moved;
    }

    @Override
    public String toString() {
        return dump + ": " + rows + " rows compared, moved " + moved
                + (differences().isEmpty() ? "" : ", DIFFERENT " + differences().size());
    }
}
