package org.wyrm.debuginfo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.DW_AT_location;
import static org.wyrm.dwarf.constants.DwAttribute.DW_AT_name;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfSections;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.SkeletonUnit;
import org.wyrm.dwarf.UnitIndex;
import org.wyrm.dwarf.UnitPackage;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.DwarfFile;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.dwarf.IndexSettings;
import org.wyrm.testkit.dwarf.Compiler;

/** What compilers split, as files and as packages, answers as the same program does in one piece. */
class SplitCorpusTest {
    private static final String HEADER = """
            typedef unsigned int u32;
            struct shared { int x; u32 y : 3; struct shared *next; };
            enum color { RED, GREEN = 5, BLUE = -1 };
            static inline int limited(int v, int l) { return v > l ? l : v; }
            extern int counter;
            int helper(struct shared *s, int n);
            """;
    private static final String FIRST = """
            #include "shared.h"
            struct first { char c; long l; struct shared s; int (*call)(struct first *, ...); };
            struct first global_first;
            int counter = 3;
            static int local_counter = 7;
            static __attribute__((noinline)) int work(int x)
            {
                struct first o = { 1, 2, { x } };
                if (x > 5) {
                    int y = limited(x, 10);
                    return y + o.s.x + local_counter;
                }
                return limited(x * 2, 3);
            }
            __attribute__((cold, noinline)) int rare(int x) { return work(x) * 3; }
            int main(int argc, char **argv)
            {
                enum color c = argc;
                struct shared s = { c, 1, 0 };
                if (argc > 4)
                    return rare(argc);
                return work(argc) + helper(&s, argc) + global_first.l;
            }
            """;
    private static final String SECOND = """
            #include "shared.h"
            union second { int i; double d; };
            union second global_second;
            static int local_counter = 9;
            enum color global_color;
            int helper(struct shared *s, int n)
            {
                for (int i = 0; i < n; i++) {
                    struct shared c = *s;
                    s->x += limited(c.x, i) + global_second.i + local_counter;
                }
                return s->x;
            }
            """;
    private static final List<String> NAMES = List.of(
            "main", "work", "rare", "helper", "counter", "local_counter", "global_first", "global_second", "BLUE");
    private static final int LAST_LINE = 25;
    private static final int MAX_DEPTH = 4;

    static Stream<Arguments> shapes() {
        var shapes = new ArrayList<Arguments>();
        for (var compiler : List.of("gcc", "clang")) {
            for (var version : List.of(4, 5)) {
                var plainest = "-gdwarf-" + version + " -O2";
                for (var packer : List.of("", "dwp", "llvm-dwp")) {
                    // GNU's dwp of binutils 2.40 breaks down over DWARF 5.
                    if (!packer.equals("dwp") || version == 4) {
                        shapes.add(Arguments.of(compiler, plainest, packer));
                    }
                }
                shapes.add(Arguments.of(compiler, plainest + " -fdebug-types-section", ""));
                shapes.add(Arguments.of(compiler, "-gdwarf-" + version + " -O0 -gz", ""));
            }
        }
        // LLVM's dwp of version 14 runs forever over what GCC writes of types in DWARF 5, or over -gz.
        shapes.add(Arguments.of("clang", "-gdwarf-5 -O2 -fdebug-types-section", "llvm-dwp"));
        shapes.add(Arguments.of("gcc", "-gdwarf-4 -O2 -fdebug-types-section", "dwp"));
        return shapes.stream();
    }

    /** A compiled program, and what is read of it. */
    private record Program(DebugFile file, SplitDebugFiles splitFiles, DwarfTypes types) implements AutoCloseable {
        static Program open(Path path) {
            var file = DebugFile.open(path);
            var splitFiles = new SplitDebugFiles(path);
            var dwarf = new DwarfFile(
                    path.toString(), new Sections(file), Optional.empty(), splitFiles, IndexSettings.none());
            return new Program(file, splitFiles, new DwarfTypes(dwarf, AddressMapping.NONE));
        }

        @Override
        public void close() {
            splitFiles.close();
            file.close();
        }
    }

    private record Sections(DebugFile file) implements DebugSections {
        @Override
        public ByteOrder order() {
            return file.elf().bytes().order();
        }

        @Override
        public Optional<ByteSlice> find(String elfName) {
            return file.section(elfName);
        }
    }

    private static Optional<Path> compile(Compiler compiler, String name, String command, String options) {
        var words = new ArrayList<>(List.of(options.split(" ")));
        words.addAll(List.of("-nostdlib", "-static", "-Wl,-e,main", "first.c", "second.c"));
        return compiler.compile(name, command, words.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void allIsAnsweredAsWithoutTheSplit(String command, String options, String packer, @TempDir Path folder)
            throws IOException {
        var compiler = new Compiler(folder);
        compiler.source("shared.h", HEADER);
        compiler.source("first.c", FIRST);
        compiler.source("second.c", SECOND);
        var plain = compile(compiler, "plain", command, options);
        Assumptions.assumeTrue(plain.isPresent());
        var split = compile(compiler, "split", command, options + " -gsplit-dwarf");
        Assumptions.assumeTrue(split.isPresent());
        if (!packer.isEmpty()) {
            var made = compiler.run("split.dwp", "timeout", "60", packer, "-e", "split", "-o", "split.dwp");
            Assumptions.assumeTrue(made.isPresent());
            try (var files = Files.newDirectoryStream(folder, "*.dwo")) {
                for (var file : files) {
                    Files.delete(file);
                }
            }
        }

        try (var whole = Program.open(plain.get());
                var parts = Program.open(split.get())) {
            assertThat(parts.types.file().problems()).isEmpty();
            assertThat(types(parts)).isEqualTo(types(whole)).hasSizeGreaterThan(5);
            assertThat(variables(parts)).isEqualTo(variables(whole)).hasSizeGreaterThan(8);
            assertThat(lines(parts)).isEqualTo(lines(whole)).hasSizeGreaterThan(10);
            assertThat(frames(parts)).isEqualTo(frames(whole)).hasSizeGreaterThan(50);
            assertThat(locations(units(parts))).isEqualTo(locations(units(whole)));
            if (options.contains("-O2")) {
                assertThat(frames(parts).toString()).contains("limited").contains("isInlined=true");
                assertThat(locations(units(parts))).hasSizeGreaterThan(3);
            }
            // Of what Clang splits, LLVM's own reader of version 14 finds no inlined calls.
            symbolizerAgrees(parts, plain.get());
            gdbAgrees(parts, split.get());
        }
    }

    private static List<String> types(Program program) {
        var all = new ArrayList<String>();
        for (var kind : TypeKind.values()) {
            var names = new TreeSet<>(program.types.typeNames(kind, "").toList());
            for (var name : names) {
                var found = program.types.findTypes(kind, name);
                all.add("%s %s × %d: %s"
                        .formatted(
                                kind, name, found.size(), text(found.getFirst().resolve(), 0)));
            }
        }
        return all;
    }

    private static String text(TargetType type, int depth) {
        if (depth == MAX_DEPTH) {
            return "…";
        }
        var next = depth + 1;
        return switch (type) {
            case CompoundType compound -> {
                var text = new StringBuilder(compound + " of " + compound.byteSize() + " {");
                for (var member : compound.members()) {
                    text.append(" %s @%d:%s %s;"
                            .formatted(
                                    member.name().orElse(""),
                                    member.bitOffset(),
                                    member.bitFieldBits(),
                                    text(member.type().resolve(), next)));
                }
                yield text + " }";
            }
            case TargetType.PointerType pointer -> "*" + text(pointer.target().resolve(), next);
            case TargetType.TypedefType alias ->
                alias.name() + " = " + text(alias.aliased().resolve(), next);
            case TargetType.ArrayType array ->
                array.elementCount() + " × " + text(array.element().resolve(), next);
            case TargetType.QualifiedType qualified ->
                qualified.qualifiers() + " " + text(qualified.aliased().resolve(), next);
            case TargetType.EnumType number -> "enum of " + number.byteSize() + " " + number.enumerators();
            case TargetType.IntType number -> number.name() + " of " + number.byteSize() + " " + number.signed();
            case TargetType.FunctionType function -> {
                var text = new StringBuilder(text(function.result().resolve(), next) + " (");
                function.parameters()
                        .forEach(parameter -> text.append(parameter.name().orElse("?"))
                                .append(' ')
                                .append(text(parameter.type().resolve(), next)));
                yield text.append(function.variadic() ? " ...)" : ")").toString();
            }
            default -> type.getClass().getSimpleName();
        };
    }

    private static List<String> variables(Program program) {
        var all = new ArrayList<String>();
        for (var name : NAMES) {
            for (var variable : program.types.findVariables(name)) {
                all.add("%s: %s, %s"
                        .formatted(
                                name, variable.location(), text(variable.type().resolve(), 0)));
            }
        }
        return all;
    }

    private static List<String> lines(Program program) {
        var all = new ArrayList<String>();
        for (var file : List.of("first.c", "second.c", "shared.h")) {
            for (var line = 1; line <= LAST_LINE; line++) {
                all.add(file + ":" + line + " "
                        + program.types.lines().orElseThrow().findLine(file, line));
            }
        }
        return all;
    }

    private static Map<Long, List<SourceFrame>> frames(Program program) {
        var text = program.file.elf().findSection(".text").orElseThrow();
        var all = new HashMap<Long, List<SourceFrame>>();
        for (var address = text.address(); address < text.address() + text.byteSize(); address++) {
            all.put(address, program.types.lines().orElseThrow().framesAt(address));
        }
        return all;
    }

    /** {@return the units of a program, the split ones in place of their skeletons} */
    private static List<DwarfUnit> units(Program program) {
        var content = new Sections(program.file);
        var main = new DwarfInfo(new DwarfSections(content.order(), of -> content.find(of.elfName()), null));
        var units = new ArrayList<DwarfUnit>();
        for (var unit : main.units(DwarfSection.INFO)) {
            var skeleton = SkeletonUnit.of(unit);
            if (skeleton.isEmpty()) {
                units.add(unit);
            } else {
                var place = program.splitFiles
                        .findPackage()
                        .orElseGet(() -> program.splitFiles
                                .find(skeleton.get().name(), skeleton.get().directory())
                                .orElseThrow());
                var split = program.splitFiles.open(place.path());
                var index = split.find(".debug_cu_index")
                        .map(bytes -> new UnitPackage(UnitIndex.parse(bytes), UnitIndex.none()));
                var sections = new DwarfSections(split.order(), of -> split.find(of.splitName()), null);
                var info = DwarfInfo.ofSplit(sections, index, id -> Optional.of(unit));
                units.add(info.splitUnit(skeleton.get().id()).orElseThrow());
            }
        }
        return units;
    }

    /**
     * {@return each list of places: where each starts and what kind it is} Where it ends, GCC counts the bytes of
     * instructions differently in the two; the rest of an expression has numbers of the file.
     */
    private static List<String> locations(List<DwarfUnit> units) {
        var all = new ArrayList<String>();
        for (var unit : units) {
            addLocations(unit.root(), all);
        }
        return all.stream().sorted().toList();
    }

    private static void addLocations(Die parent, List<String> all) {
        for (var die : parent.children()) {
            die.locations(DW_AT_location).ifPresent(list -> {
                var text = new StringBuilder(die.string(DW_AT_name) + ":");
                for (var entry : list.entries()) {
                    text.append(" 0x%x %x"
                            .formatted(entry.start(), entry.expression().u8(0)));
                }
                all.add(text.toString());
            });
            addLocations(die, all);
        }
    }

    private static Optional<String> output(List<String> command) throws IOException {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return Optional.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            System.err.println("SKIPPED: " + command.getFirst() + " is not installed to compare with");
            return Optional.empty();
        }
    }

    private static void symbolizerAgrees(Program program, Path path) throws IOException {
        var command = new ArrayList<>(
                List.of("llvm-symbolizer", "--obj=" + path, "--inlines", "--output-style=GNU", "--no-demangle"));
        var frames = frames(program);
        var addresses = new TreeSet<>(frames.keySet());
        // Between functions there is a line, but no function.
        addresses.removeIf(address ->
                frames.get(address).stream().anyMatch(frame -> frame.function().isEmpty()));
        addresses.removeIf(address -> frames.get(address).isEmpty());
        addresses.forEach(address -> command.add("0x" + Long.toHexString(address)));
        var said = output(command);
        if (said.isEmpty()) {
            return;
        }
        var expected = new StringBuilder();
        for (var address : addresses) {
            for (var frame : frames.get(address)) {
                var place = frame.place().orElseThrow();
                expected.append("%s\n%s:%s\n"
                        .formatted(frame.function().orElseThrow(), place.file().replaceFirst(".*/", ""), place.line()));
            }
        }
        assertThat(said.get()
                        .lines()
                        .map(line -> line.replaceFirst("\\.cold$| \\(discriminator .*", "")
                                .replaceFirst(".*/", "")))
                .containsExactlyElementsOf(expected.toString().lines().toList());
    }

    private static void gdbAgrees(Program program, Path path) throws IOException {
        var names = List.of("first", "shared");
        var command = new ArrayList<>(List.of("gdb", "-nx", "-batch"));
        names.forEach(name -> command.addAll(List.of("-ex", "output sizeof(struct " + name + ")", "-ex", "echo \\n")));
        command.add(path.toString());
        var said = output(command);
        if (said.isPresent() && said.get().isBlank()) {
            System.err.println("SKIPPED: gdb gives up on " + path);
        } else if (said.isPresent()) {
            assertThat(said.get().lines())
                    .containsExactlyElementsOf(names.stream()
                            .map(name -> (CompoundType) program.types
                                    .findTypes(TypeKind.STRUCT, name)
                                    .getFirst()
                                    .resolve())
                            .map(type -> Long.toString(type.byteSize()))
                            .toList());
        }
    }
}
