package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What came of comparing answers with those of another tool. Confined. */
final class PeerComparison<R extends Enum<R> & PeerRule> {
    private final String what;
    private final Map<R, Integer> taken;
    private final List<String> differences = new ArrayList<>();
    private int same;

    PeerComparison(String what, Class<R> rules) {
        this.what = what;
        this.taken = new EnumMap<>(rules);
    }

    void same() {
        same++;
    }

    void taken(R rule) {
        taken.merge(rule, 1, Integer::sum);
    }

    void differs(Object asked, Object theirs, Object ours) {
        differences.add("%s%n  theirs: %s%n  ours:   %s".formatted(asked, theirs, ours));
    }

    int count() {
        return same
                + differences.size()
                + taken.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** {@return what no rule explains, and rules that took more than they may} */
    List<String> problems() {
        var problems = new ArrayList<>(differences);
        taken.forEach((rule, times) -> {
            if (times > Math.ceil(rule.maxShare() * count())) {
                problems.add(rule + " took " + times + " of " + count() + " (" + rule.reason() + ")");
            }
        });
        return problems;
    }

    /** {@return the counts, a line for each rule that took something} */
    @Override
    public String toString() {
        var text = new StringBuilder("%s: %d of %d same, %d differ".formatted(what, same, count(), differences.size()));
        taken.forEach((rule, times) -> text.append("%n  %-20s %6d  %.3f %% of at most %.1f %%: %s"
                .formatted(rule, times, 100.0 * times / count(), 100 * rule.maxShare(), rule.reason())));
        return text.toString();
    }
}
