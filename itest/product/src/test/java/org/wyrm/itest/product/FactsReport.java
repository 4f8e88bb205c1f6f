package org.wyrm.itest.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Tells what was compared, and what each rule took. */
final class FactsReport {
    /** Of all rows compared, what one rule may take. */
    private static final double MAX_SHARE = 0.005;

    private final List<Comparison> comparisons = new ArrayList<>();

    void add(Comparison comparison) {
        comparisons.add(comparison);
    }

    int dumpCount() {
        return comparisons.size();
    }

    /** {@return the rules that took more of all rows than a rule may that does not say why} */
    List<String> tooWide() {
        var rows = comparisons.stream().mapToInt(Comparison::rowCount).sum();
        return moved().entrySet().stream()
                .filter(each -> !each.getKey().isComparedOtherwise() && each.getValue() > MAX_SHARE * rows)
                .map(each -> each.getKey() + " took " + each.getValue() + " of " + rows + " rows")
                .toList();
    }

    private Map<Mover, Integer> moved() {
        Map<Mover, Integer> moved = new EnumMap<>(Mover.class);
        comparisons.forEach(each -> each.moved().forEach((rule, count) -> moved.merge(rule, count, Integer::sum)));
        return moved;
    }

    /** Writes it to a file below {@code target}, and on standard output. */
    void write(String name) {
        var text = text();
        System.out.print(text);
        try {
            Files.writeString(Path.of("target", name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text() {
        var text = new StringBuilder();
        comparisons.forEach(each -> text.append(each).append('\n'));
        var rows = comparisons.stream().mapToInt(Comparison::rowCount).sum();
        text.append("%d dumps, %d rows compared%n".formatted(comparisons.size(), rows));
        moved().forEach((rule, count) -> text.append("  %-28s %6d rows %6.3f %%  at most %d in a dump: %s%n"
                .formatted(rule, count, 100.0 * count / rows, rule.cap(), rule.reason())));
        return text.toString();
    }
}
