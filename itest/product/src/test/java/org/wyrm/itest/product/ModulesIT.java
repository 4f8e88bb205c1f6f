package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.CFormat.Offsets;
import org.wyrm.program.Program;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.spi.SymbolSource;
import org.wyrm.testkit.dump.LabKernel;

/**
 * The DWARF of loaded modules on the lab's dumps: lines and structures against Debian 13's drgn, addresses against the
 * modules' own symbol tables in the dump. {@code -Dwyrm.seed=N} takes other samples.
 */
@Timeout(600)
class ModulesIT {
    private static final int ADDRESSES_PER_MODULE = 40;
    private static final int STRUCTURES = 150;

    /** What may be of each hundred that are the same: seen were 7 of padding, 2 that neither knows, 1 structure. */
    private static final Map<String, Integer> MOST_OF_A_HUNDRED = Map.of(
            "addresses of padding", 12,
            "addresses that neither knows", 5,
            "structures that drgn leaves something out of", 5);

    private final long seed = Long.getLong("wyrm.seed", System.nanoTime() & 0xffff);
    private final Map<String, Integer> counts = new TreeMap<>();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void areAsDrgnAndTheDumpsThemselvesSay(String series) throws Exception {
        var kernel = LabKernel.find(series).orElseGet(() -> skip("the lab has no debug files of " + series));
        var dump = kernel.root().resolveSibling("../out/kaslr256/vmcore.elf").normalize();
        if (!Files.exists(dump)) {
            skip(dump + " is not there");
        }
        try (var program = InProcess.open(dump, kernel)) {
            var files = InProcess.debugFiles(program);
            var perCpu = placedVariables(program, files);
            var structures = ownStructures(program);
            var questions = textAddresses(program, files);
            perCpu.keySet().forEach(name -> questions.add("variable " + name));
            structures.forEach(name -> questions.add("struct " + name));
            compare(program, DrgnOnDump.ask("modules.drgn.py", dump, files, questions, folder), perCpu);
            System.out.println(
                    "modules of " + series + ", -Dwyrm.seed=" + seed + ": " + files.size() + " files, " + counts);
            MOST_OF_A_HUNDRED.forEach((what, most) -> {
                var same = counts.get(what.substring(0, what.indexOf(' ')) + " the same");
                assertThat(100 * counts.getOrDefault(what, 0) / same).as(what).isLessThan(most);
            });
        }
    }

    private static <T> T skip(String reason) {
        System.err.println("NOT TESTED: modules against drgn: " + reason);
        return abort(reason);
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** {@return the source of modules: after the kernel's DWARF; the last one is for kernels without it} */
    private static SymbolSource modules(Program program) {
        var all = program.sources().stream()
                .filter(source -> source.lines().isPresent())
                .toList();
        assertThat(all).hasSize(3);
        return all.get(1);
    }

    /**
     * Compares the address of all that a module's DWARF names with the symbols in the dump.
     *
     * @return the per-CPU variables, and their places in the template
     */
    private Map<String, Long> placedVariables(Program program, List<Path> files) {
        var finder = modules(program).variables().orElseThrow();
        var perCpu = new TreeMap<String, Long>();
        var differences = new ArrayList<String>();
        for (var name : names(files.subList(1, files.size()))) {
            for (var variable : finder.findVariables(name)) {
                var location = variable.location();
                if (location instanceof Location.PerCpu(var address)) {
                    perCpu.put(name, address);
                } else if (location instanceof Location.Fixed(var address)) {
                    check(program, name, address, differences);
                } else {
                    count("variables without an address");
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(counts.get("addresses of symbols")).isGreaterThan(5000);
        return perCpu;
    }

    private void check(Program program, String name, long address, List<String> differences) {
        var module = program.modules().stream()
                .filter(each -> each.contains(address))
                .findFirst();
        var at = program.symbolsAt(address).stream()
                .filter(symbol -> symbol.address() == address)
                .map(symbol -> symbol.name())
                .toList();
        if (module.isEmpty()) {
            // The memory of what was there to start it is freed.
            differences.add("%s at 0x%x is in no module".formatted(name, address));
        } else if (at.contains(name)) {
            count("addresses of symbols");
        } else if (at.stream().anyMatch(symbol -> symbol.startsWith(name + "."))) {
            // GCC's copies of a function, and variables inside one: name.isra.0, name.7.
            count("addresses of symbols with a number");
        } else {
            differences.add("%s of %s at 0x%x, where the symbols are %s"
                    .formatted(name, module.get().name(), address, at));
        }
    }

    /** {@return every text in the files that may be a name} */
    private static Set<String> names(List<Path> files) {
        var names = new TreeSet<String>();
        for (var path : files) {
            try (var file = DebugFile.open(path)) {
                var texts = file.section(".debug_str").orElseThrow();
                names.addAll(List.of(
                        new String(texts.toArray(0, texts.byteSize()), StandardCharsets.ISO_8859_1).split("\0")));
            }
        }
        names.removeIf(name -> !name.matches("[A-Za-z_]\\w*"));
        return names;
    }

    /** {@return some of the structures that only modules have, of which there is just one of the name} */
    private List<String> ownStructures(Program program) {
        var all = modules(program);
        var kernels = new HashSet<String>();
        for (var source : program.sources()) {
            if (source != all && source.lines().isPresent()) {
                source.types().orElseThrow().typeNames(TypeKind.STRUCT, "").forEach(kernels::add);
            }
        }
        var finder = all.types().orElseThrow();
        var own = finder.typeNames(TypeKind.STRUCT, "")
                .filter(name -> !kernels.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        var sample = new ArrayList<>(own);
        Collections.shuffle(sample, new Random(seed));
        return sample.stream()
                .filter(name -> {
                    var found = program.findTypes(TypeKind.STRUCT, name);
                    return found.size() == 1 && !found.getFirst().resolve().isDeclarationOnly();
                })
                .limit(STRUCTURES)
                .toList();
    }

    /** {@return a question for each of some addresses in the {@code .text} of each module, all of it code and padding} */
    private List<String> textAddresses(Program program, List<Path> files) {
        var random = new Random(seed);
        var questions = new ArrayList<String>();
        for (var i = 0; i < program.modules().size(); i++) {
            var module = program.modules().get(i);
            var start = module.sections().get().get(".text");
            if (start == null) {
                count("modules without code");
                continue;
            }
            try (var file = DebugFile.open(files.get(i + 1))) {
                var byteSize = file.elf().findSection(".text").orElseThrow().byteSize();
                for (var n = 0; n < ADDRESSES_PER_MODULE && byteSize > 0; n++) {
                    questions.add("pc 0x%x".formatted(start + random.nextLong(byteSize)));
                }
            }
        }
        return questions;
    }

    private void compare(Program program, List<JsonNode> drgn, Map<String, Long> perCpu) {
        var differences = new ArrayList<String>();
        for (var line : drgn) {
            if (line.has("pc")) {
                compareFrames(program, line, differences);
            } else if (line.has("error")) {
                differences.add(line.toString());
            } else if (line.has("variable")) {
                var address =
                        Long.parseUnsignedLong(line.get("address").asText().substring(2), 16);
                same(
                        "per-CPU variables",
                        line.get("variable").asText(),
                        perCpu.get(line.get("variable").asText()),
                        address,
                        differences);
            } else {
                var name = line.get("struct").asText();
                var type = program.findTypes(TypeKind.STRUCT, name).getFirst().resolve();
                var definition = line.get("definition").asText();
                if (definition.contains("<anonymous> ")) {
                    count("structures that drgn leaves something out of");
                } else {
                    same("structures", name, CFormat.define(type, Offsets.NONE), definition, differences);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private void same(String what, String name, Object ours, Object drgns, List<String> differences) {
        if (ours.equals(drgns)) {
            count(what + " the same");
        } else {
            differences.add("%s: %s, drgn says %s".formatted(name, ours, drgns));
        }
    }

    private void compareFrames(Program program, JsonNode line, List<String> differences) {
        var pc = line.get("pc").asText();
        var frames = program.framesAt(Long.parseUnsignedLong(pc.substring(2), 16));
        var ours = frames.stream().map(ModulesIT::words).toList();
        var theirs = new ArrayList<String>();
        line.get("frames")
                .forEach(frame -> theirs.add(
                        frame.get(0).asText() + " " + shown(frame.get(1).asText())));
        if (ours.isEmpty() && theirs.size() == 1 && theirs.getFirst().endsWith(" null")) {
            count("addresses that neither knows");
        } else if (isPadding(frames, theirs)) {
            count("addresses of padding");
        } else {
            same("addresses", pc, ours, theirs, differences);
        }
    }

    /** Where DWARF has no function, between two of them, drgn calls the place by a symbol, or by the address. */
    private static boolean isPadding(List<SourceFrame> ours, List<String> theirs) {
        if (theirs.size() != 1) {
            return false;
        }
        var place = theirs.getFirst().split(" ")[1];
        return ours.size() == 1
                && ours.getFirst().function().isEmpty()
                && words(ours.getFirst()).equals("null " + place);
    }

    /** {@return a path as wyrm shows it: without the steps that lead back} */
    private static String shown(String path) {
        return Path.of(path).normalize().toString();
    }

    private static String words(SourceFrame frame) {
        return frame.function().orElse("null") + " "
                + frame.place()
                        .map(place -> place.file() + ":" + place.line() + ":" + place.column())
                        .orElse("null");
    }
}
