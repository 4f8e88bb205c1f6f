package org.wyrm.itest.layers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The table of {@code layers.txt}: who may import whom. */
record LayerTable(List<Line> lines) {
    /** What a line allows its importers. */
    record Line(List<String> importers, List<String> allowed) {}

    /** How an import stands with the table. */
    enum Verdict {
        ALLOWED,
        ONLY_OPTIONALLY,
        FORBIDDEN
    }

    static LayerTable read() {
        var lines = new ArrayList<Line>();
        var resource = Objects.requireNonNull(LayerTable.class.getResourceAsStream("/layers.txt"), "layers.txt");
        try (var in = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            in.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .map(LayerTable::line)
                    .forEach(lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LayerTable(lines);
    }

    private static Line line(String text) {
        var parts = text.split("\\s*:(?=\\s|$)\\s*", 2);
        if (parts.length != 2) {
            throw new IllegalStateException("layers.txt: no colon in: " + text);
        }
        return new Line(words(parts[0]), words(parts[1]));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    /** {@return whether some line is about a bundle} */
    boolean knows(Tree.Module importer) {
        return lines.stream().anyMatch(line -> isAbout(line, importer));
    }

    /**
     * {@return whether a bundle may import something}
     *
     * @param imported {@code base}, or {@code pkg:org.jline.reader}
     */
    Verdict verdict(Tree.Module importer, String imported) {
        if (imported.equals(importer.name())) {
            return Verdict.ALLOWED;
        }
        var allowed = lines.stream()
                .filter(line -> isAbout(line, importer))
                .flatMap(line -> line.allowed.stream())
                .toList();
        if (allowed.stream().anyMatch(pattern -> matches(pattern, imported))) {
            return Verdict.ALLOWED;
        }
        return allowed.contains(imported + "?") ? Verdict.ONLY_OPTIONALLY : Verdict.FORBIDDEN;
    }

    private static boolean isAbout(Line line, Tree.Module importer) {
        return line.importers.stream()
                .anyMatch(pattern -> pattern.endsWith("/*")
                        ? pattern.equals(importer.family() + "/*")
                        : matches(pattern, importer.name()));
    }

    private static boolean matches(String pattern, String name) {
        if (!pattern.endsWith(".*")) {
            return pattern.equals(name);
        }
        var stem = pattern.substring(0, pattern.length() - 2);
        // `pkg:org.jline.*` is org.jline, too; `target.*` is no bundle named "target".
        return name.startsWith(stem + ".") || (stem.startsWith("pkg:") && name.equals(stem));
    }
}
