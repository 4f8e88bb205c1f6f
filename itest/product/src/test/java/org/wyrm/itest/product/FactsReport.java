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
    private final List<Comparison> comparisons = new ArrayList<>();

    void add(Comparison comparison) {
        comparisons.add(comparison);
    }

    int dumpCount() {
        return comparisons.size();
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
        Map<Mover, Integer> moved = new EnumMap<>(Mover.class);
        for (var each : comparisons) {
            text.append(each).append('\n');
            each.moved().forEach((rule, count) -> moved.merge(rule, count, Integer::sum));
        }
        var rows = comparisons.stream().mapToInt(Comparison::rowCount).sum();
        text.append("%d dumps, %d rows compared%n".formatted(comparisons.size(), rows));
        moved.forEach((rule, count) -> text.append("  %-28s %6d rows %6.3f %%  at most %d in a dump: %s%n"
                .formatted(rule, count, 100.0 * count / rows, rule.cap(), rule.reason())));
        return text.toString();
    }
}
