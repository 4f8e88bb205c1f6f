package org.wyrm.itest.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the sources of all bundles to what STYLE.md forbids, but for the reviewed places of {@code source-rules.txt}.
 * The sources are parsed by the compiler, so that comments and strings count for nothing.
 */
class SourceRulesTest {
    /** A way to break a rule. */
    private enum Rule {
        /** A catch that also takes what is a bug of ours. */
        CATCH,
        /** {@code System.out}, {@code System.err}, {@code System.in}: the platform's. */
        STANDARD_STREAM,
        /** {@code System.getenv}, {@code System.getProperty}: what is configured comes by constructor. */
        ENVIRONMENT,
        /** The host's byte order: a target has its own. */
        NATIVE_ORDER,
        /** {@code System.exit} and {@code halt}: the launcher's. */
        EXIT,
        /** An interrupt of another thread: it closes the {@code FileChannel} of everyone. */
        INTERRUPT,
        /** {@code Thread.sleep}: waiting is not synchronising. */
        SLEEP,
        /** Calls of code that is not Java's: in {@code org.wyrm.host} only. */
        NATIVE_CALL
    }

    private record Place(Rule rule, String file) {}

    private record Reviewed(int count, String reason) {}

    private static final Set<String> TOO_WIDE = Set.of(
            "Throwable",
            "Exception",
            "RuntimeException",
            "Error",
            "StackOverflowError",
            "OutOfMemoryError",
            "InternalError",
            "VirtualMachineError",
            "LinkageError",
            "AssertionError",
            "IndexOutOfBoundsException",
            "ArrayIndexOutOfBoundsException",
            "StringIndexOutOfBoundsException",
            "NullPointerException",
            "ClassCastException",
            "ArithmeticException",
            "NegativeArraySizeException",
            "IllegalArgumentException",
            "IllegalStateException",
            "UnsupportedOperationException",
            "BufferUnderflowException",
            "BufferOverflowException");

    private static final Map<String, Rule> FORBIDDEN = Map.ofEntries(
            Map.entry("System.out", Rule.STANDARD_STREAM),
            Map.entry("System.err", Rule.STANDARD_STREAM),
            Map.entry("System.in", Rule.STANDARD_STREAM),
            Map.entry("System.console", Rule.STANDARD_STREAM),
            Map.entry("FileDescriptor.out", Rule.STANDARD_STREAM),
            Map.entry("FileDescriptor.err", Rule.STANDARD_STREAM),
            Map.entry("System.getenv", Rule.ENVIRONMENT),
            Map.entry("System.getProperty", Rule.ENVIRONMENT),
            Map.entry("System.getProperties", Rule.ENVIRONMENT),
            Map.entry("ByteOrder.nativeOrder", Rule.NATIVE_ORDER),
            Map.entry("ValueLayout.ADDRESS", Rule.NATIVE_ORDER),
            Map.entry("System.exit", Rule.EXIT),
            Map.entry("Runtime.getRuntime().exit", Rule.EXIT),
            Map.entry("Runtime.getRuntime().halt", Rule.EXIT),
            Map.entry("Thread.sleep", Rule.SLEEP),
            Map.entry("Linker.nativeLinker", Rule.NATIVE_CALL));

    private static final Map<Place, List<String>> FOUND =
            new TreeMap<>(java.util.Comparator.comparing(Place::rule).thenComparing(Place::file));
    private static final Map<Place, Reviewed> REVIEWED = reviewed();
    private static int parsedFiles;

    @BeforeAll
    static void parseAllSources() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var sources = org.wyrm.itest.layers.Tree.modules().stream()
                    .flatMap(module -> org.wyrm.itest.layers.Tree.javaFiles(module.sources()).stream())
                    .toList();
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            var trees = Trees.instance(task);
            for (var unit : task.parse()) {
                var file = org.wyrm.itest.layers.Tree.root()
                        .relativize(Path.of(unit.getSourceFile().toUri()))
                        .toString();
                parsedFiles++;
                new Finder(trees, file).scan(unit, null);
            }
        }
    }

    @Test
    void allSourcesAreRead() {
        assertThat(parsedFiles).isGreaterThan(150);
        assertThat(FOUND)
                .as("places found; a rule that finds nothing at all is broken")
                .isNotEmpty();
    }

    @Test
    void nothingIsSaidButInReviewedPlaces() {
        var wrong = new ArrayList<String>();
        FOUND.forEach((place, lines) -> {
            var allowed = REVIEWED.containsKey(place) ? REVIEWED.get(place).count() : 0;
            if (lines.size() > allowed) {
                wrong.add(place.rule + " " + place.file + ": " + lines.size() + " places, " + allowed + " reviewed: "
                        + String.join(", ", lines));
            }
        });

        assertThat(wrong)
                .as("Mend the source; or, when it is right there, have it reviewed and listed in source-rules.txt.")
                .isEmpty();
    }

    @Test
    void theListNamesNoPlaceThatHasGone() {
        var stale = REVIEWED.entrySet().stream()
                .filter(each -> FOUND.getOrDefault(each.getKey(), List.of()).size()
                        < each.getValue().count())
                .map(Object::toString)
                .collect(Collectors.toList());

        assertThat(stale).isEmpty();
    }

    private static Map<Place, Reviewed> reviewed() {
        var resource =
                Objects.requireNonNull(SourceRulesTest.class.getResourceAsStream("/source-rules.txt"), "the list");
        try (var in = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+", 4))
                    .collect(Collectors.toMap(
                            words -> new Place(Rule.valueOf(words[0]), words[1]),
                            words -> new Reviewed(Integer.parseInt(words[2]), words[3])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds the forbidden in one file. */
    private static final class Finder extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final String file;

        Finder(Trees trees, String file) {
            this.trees = trees;
            this.file = file;
        }

        @Override
        public Void visitCatch(CatchTree node, Void unused) {
            var type = node.getParameter().getType();
            var alternatives = type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
            for (var each : alternatives) {
                if (TOO_WIDE.contains(simpleName(each))) {
                    found(Rule.CATCH, node, simpleName(each));
                }
            }
            return super.visitCatch(node, unused);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree node, Void unused) {
            var text = node.toString();
            for (var each : FORBIDDEN.entrySet()) {
                if (text.equals(each.getKey()) || text.endsWith("." + each.getKey())) {
                    found(each.getValue(), node, each.getKey());
                }
            }
            if (node.getIdentifier().contentEquals("interrupt") && !text.equals("Thread.currentThread().interrupt")) {
                found(Rule.INTERRUPT, node, "interrupt");
            }
            return super.visitMemberSelect(node, unused);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree node, Void unused) {
            var text = node.getQualifierExpression() + "." + node.getName();
            for (var each : FORBIDDEN.entrySet()) {
                if (text.equals(each.getKey()) || text.endsWith("." + each.getKey())) {
                    found(each.getValue(), node, each.getKey());
                }
            }
            return super.visitMemberReference(node, unused);
        }

        /** A static import would hide where a name comes from: the import itself counts as a use. */
        @Override
        public Void visitImport(ImportTree node, Void unused) {
            return node.isStatic() ? super.visitImport(node, unused) : null;
        }

        private static String simpleName(Tree type) {
            var name = type.toString();
            return name.substring(name.lastIndexOf('.') + 1);
        }

        private void found(Rule rule, Tree node, String what) {
            var unit = getCurrentPath().getCompilationUnit();
            var line =
                    unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, node));
            FOUND.computeIfAbsent(new Place(rule, file), _ -> new ArrayList<>()).add(what + " at line " + line);
        }
    }
}
