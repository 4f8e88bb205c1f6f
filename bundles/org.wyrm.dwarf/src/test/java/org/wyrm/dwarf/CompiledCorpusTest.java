package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What compilers of today write, in each version of DWARF, beside LLVM's and readelf's reading. */
class CompiledCorpusTest {
    private static final String HEADER = """
            static inline int clamp(int value, int limit)
            {
                return value > limit ? limit : value;
            }
            """;

    private static final String SOURCE = """
            #include "clamp.h"

            struct pair { int first, second; };

            static __attribute__((noinline)) int sum(const struct pair *pairs, int count)
            {
                int total = 0;
                for (int i = 0; i < count; i++) {
                    struct pair copy = pairs[i];
                    if (copy.first > 7) { total += clamp(copy.first, 100); } else { total -= clamp(copy.second, count); }
                }
                return total;
            }

            __attribute__((noinline)) int unused(int x) { return clamp(x * 3, 7) + x; }

            __attribute__((cold, noinline)) int rare(int x)
            {
            #line 70000 "generated.y"
                return sum((struct pair[]){{x, 2}, {3, x}}, 2) ^ x;
            }

            int main(int argc, char **argv)
            {
                struct pair pairs[4] = {{argc, 1}, {2, argc}, {8, 9}, {argc * 5, -argc}};
                if (argc > 3)
                    return rare(argc);
                return sum(pairs, clamp(argc, 4));
            }
            """;

    @TempDir
    static Path folder;

    static Stream<Arguments> shapes() {
        var shapes = new ArrayList<Arguments>();
        for (var compiler : List.of("gcc", "clang")) {
            for (var version = 2; version <= 5; version++) {
                for (var options : List.of(
                        "-O0",
                        "-O2",
                        "-O2 -ffunction-sections -Wl,--gc-sections",
                        "-O2 -m32",
                        "-O2 -gdwarf64",
                        "-O1 -fdebug-types-section")) {
                    // The 64-bit format is of DWARF 3 on.
                    if (version > 2 || !options.contains("64")) {
                        shapes.add(Arguments.of(compiler, "-gdwarf-" + version + " " + options));
                    }
                }
            }
        }
        return shapes.stream();
    }

    private static DebugFile compile(String compiler, String options) throws IOException {
        Files.createDirectories(folder.resolve("include"));
        Files.writeString(folder.resolve("include/clamp.h"), HEADER);
        Files.writeString(folder.resolve("corpus.c"), SOURCE);
        var target = folder.resolve("corpus");
        Files.deleteIfExists(target);
        var command = new ArrayList<>(
                List.of(compiler, "-Iinclude", "-nostdlib", "-static", "-Wl,-e,main", "-o", "corpus", "corpus.c"));
        command.addAll(List.of(options.split(" ")));
        DebugFile.run(line -> {}, List.of("env", "-C", folder.toString(), "sh", "-c", String.join(" ", command)));
        assertThat(target).as(String.join(" ", command)).exists();
        return DebugFile.open(target);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void linesRangesAndLocationsAreThoseOfOtherTools(String compiler, String options) throws IOException {
        DebugFile.requireTool(compiler, "llvm-dwarfdump", "readelf");
        var file = compile(compiler, options);
        var lines = new LineComparison(file);
        var ranges = new RangeComparison(file);
        var locations = new LocationComparison(file);

        assertThat(lines.run()).isEmpty();
        addressesAreFoundByTheirLines(file);
        assertThat(lines.rows).isGreaterThan(20);
        assertThat(lines.names).isGreaterThan(2);
        assertThat(ranges.runLists()).isEmpty();
        assertThat(ranges.runPairs()).isEmpty();
        assertThat(ranges.runUnits()).isEmpty();
        var isOfClang5 = compiler.equals("clang") && options.contains("-gdwarf-5");
        assertThat(isOfClang5 ? locations.runLlvm() : locations.run()).isEmpty();
        if (options.contains("-O2")) {
            assertThat(locations.lists).isPositive();
        }
    }

    static Stream<Arguments> frameShapes() {
        var shapes = new ArrayList<Arguments>();
        for (var compiler : List.of("gcc", "clang", "s390x-linux-gnu-gcc", "powerpc-linux-gnu-gcc")) {
            for (var version = 2; version <= 5; version++) {
                for (var options : List.of("-O0", "-O2", "-O2 -m32", "-O1 -fomit-frame-pointer", "-O2 -gdwarf64")) {
                    if ((version > 2 || !options.contains("64"))
                            && (!compiler.contains("-linux-") || !options.contains("-m32"))) {
                        shapes.add(Arguments.of(compiler, "-gdwarf-" + version + " " + options));
                    }
                }
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("frameShapes")
    void callFramesAreThoseOfReadelf(String compiler, String options) throws IOException {
        DebugFile.requireTool(compiler, "readelf");
        areThoseOfReadelf(CallFrameComparison.debugFrame(
                compile(compiler, options + " -fno-asynchronous-unwind-tables -fno-unwind-tables")));
        areThoseOfReadelf(CallFrameComparison.ehFrame(compile(compiler, options + " -fasynchronous-unwind-tables")));
    }

    private static void areThoseOfReadelf(CallFrameComparison comparison) {
        assertThat(comparison.run()).isEmpty();
        assertThat(comparison.entries).isGreaterThan(3);
        assertThat(comparison.rows).isGreaterThan(3);
    }

    private static void addressesAreFoundByTheirLines(DebugFile file) {
        var header = LineHeader.parse(file.section(".debug_line"), 0, file.addressByteSize());
        var table = LineTable.decode(header, ZeroAddress.IS_DEAD);
        var files = new BitSet();
        for (var index = table.files().firstIndex(); index < table.files().endIndex(); index++) {
            if (header.path(table.files(), index, file.lineStrings(), folder.toString())
                    .endsWith("/generated.y")) {
                files.set(index);
            }
        }

        var rows = table.rowsOf(files, 70000).toArray();

        assertThat(rows).isNotEmpty();
        for (var row : rows) {
            assertThat(table.find(table.row(row).address())).map(LineRow::line).contains(70000);
        }
        assertThat(table.nearestLine(files, 69000)).hasValue(70000);
    }
}
