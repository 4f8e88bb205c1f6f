package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.itest.product.ValueSampler.Drawn;
import org.wyrm.program.Program;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dump.Sample;

/** Objects drawn from all variables of a kernel and its modules, written as Debian 13's drgn writes them. */
@Timeout(900)
class DrgnValuesIT {
    private static final int MIN_OBJECTS = 2_000;
    private static final double BTF_SHARE = 0.01;

    private static final Pattern LENGTHS = Pattern.compile(" ?(?:\\[\\d*\\])+");

    /** {@code (u32 [2][7])}: of an array or of one of its rows. */
    private static final Pattern ARRAY_TYPE = Pattern.compile("\\([^()]*\\[\\d*\\]\\)");

    private static final Pattern ROW = Pattern.compile("(\\([^()]*\\w) \\[\\d+\\]\\)");

    private static final Pattern NAMED = Pattern.compile("([\\w.$]++)\\+0x([0-9a-f]+) = 0x([0-9a-f]+)");

    @TempDir
    Path folder;

    private NavigableMap<Long, Set<String>> told = new TreeMap<>();

    private enum Rule implements PeerRule {
        FAULT("drgn gives up an object of which a part cannot be read; wyrm says so in its place"),
        UNDECIDED("drgn does not know whether a structure with an array without a length is zero"),
        INCOMPLETE("drgn gives up an object with a part of an incomplete type; wyrm says so in its place"),
        PARTLY_READABLE("drgn does not follow a pointer to what cannot be read whole; wyrm says in place what cannot"),
        FLEXIBLE_ARRAYS("BTF has length 0 for an array without a length; all else is compared", BTF_SHARE),
        ROWS_OF_ARRAYS(
                "BTF has one dimension for arrays of arrays; their numbers are compared, but of a row", BTF_SHARE),
        DECLARED_CONST("a declaration stands for several kernels, of which some made the variable const (block_class);"
                + " all else is compared"),
        ABSENT("DWARF has no address of it, and the symbol of its name has"),
        LABELS(
                "where wyrm has kallsyms only, as of modules, it has no labels of compilers (.LC0); all else is compared",
                0.02),
        MODULE_SYMBOLS(
                "drgn 0.0.31 finds no symbols of the data of modules since Linux 6.4; wyrm's are in the guest's own"
                        + " /proc/kallsyms, all else is compared",
                0.08),
        SYMBOLS("kallsyms, which wyrm reads, has no sizes and does not tell local from global as the file does");

        private final String reason;

        private final double maxShare;

        Rule(String reason) {
            this(reason, MAX_SHARE);
        }

        Rule(String reason, double maxShare) {
            this.reason = reason;
            this.maxShare = maxShare;
        }

        @Override
        public String reason() {
            return reason;
        }

        @Override
        public double maxShare() {
            return maxShare;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void objectsAreWrittenAsDrgnWritesThem(String series) throws Exception {
        var kernel = kernel(series);
        var dump = dump(kernel);
        try (var program = InProcess.open(dump, kernel)) {
            var sample = Sample.of(4_000, 50_000);
            var drawn = new ValueSampler(program, sample).draw(name -> true);
            told = told(dump);
            compare("DrgnValuesIT " + series, dump, InProcess.debugFiles(program), sample, drawn);
        }
    }

    /** Of the variables that BTF and declarations know, and that have one definition, of which there is one type. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void objectsAreWrittenAsDrgnWritesThemWithoutAnyFiles(String series) throws Exception {
        var kernel = kernel(series);
        var dump = dump(kernel);
        try (var informed = InProcess.open(dump, kernel);
                var program = InProcess.open(dump)) {
            var sample = Sample.of(3_000, 30_000);
            var drawn = new ValueSampler(program, sample)
                    .draw(name -> informed.variables(name).size() == 1 && hasLength(program, name));
            told = told(dump);
            compare("DrgnValuesIT, no files, " + series, dump, InProcess.debugFiles(informed), sample, drawn);
        }
    }

    /** {@return whether a declaration tells all of a variable: not {@code extern int numbers[];}} */
    private static boolean hasLength(Program program, String name) {
        return program.variables(name).stream()
                .allMatch(variable -> !(variable.type().resolve().unaliased() instanceof ArrayType array)
                        || array.elementCount().isPresent());
    }

    /** {@return the symbols of modules that the guest told of, by address} */
    private static NavigableMap<Long, Set<String>> told(Path dump) throws IOException {
        var told = new TreeMap<Long, Set<String>>();
        try (var lines = Files.lines(dump.resolveSibling("facts/proc/kallsyms"))) {
            lines.map(line -> line.split("\\s+"))
                    .filter(words -> words.length == 4)
                    .forEach(words -> told.computeIfAbsent(Long.parseUnsignedLong(words[0], 16), _ -> new HashSet<>())
                            .add(words[2]));
        }
        assertThat(told).hasSizeGreaterThan(100);
        return told;
    }

    /** {@return whether each symbol that only we have is the nearest one that the guest told of} */
    private boolean areTold(String ours, String theirs) {
        return NAMED.matcher(ours)
                .results()
                .filter(symbol -> !theirs.contains(symbol.group()))
                .allMatch(symbol -> {
                    var address = Long.parseUnsignedLong(symbol.group(3), 16);
                    var nearest = told.floorEntry(address);
                    return nearest != null
                            && nearest.getKey() == address - Long.parseUnsignedLong(symbol.group(2), 16)
                            && nearest.getValue().contains(symbol.group(1));
                });
    }

    private static LabKernel kernel(String series) {
        return LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: the lab has no debug files of " + series));
    }

    private static Path dump(LabKernel kernel) {
        var dump = kernel.root()
                .resolveSibling("../out/kaslr256/vmcore.elf-paging")
                .normalize();
        return Files.exists(dump) ? dump : Peer.skipped("NOT COMPARED: " + dump + " is not there");
    }

    private void compare(String what, Path dump, List<Path> files, Sample sample, List<Drawn> drawn) throws Exception {
        var questions = drawn.stream().map(Drawn::question).toList();
        var theirs = DrgnOnDump.ask("values.drgn.py", dump, files, questions, folder);
        assertThat(theirs).hasSameSizeAs(drawn);
        var comparison = new PeerComparison<>(what, Rule.class);
        var unknown = 0;
        for (var i = 0; i < drawn.size(); i++) {
            if (theirs.get(i).path("error").asText().startsWith("LookupError: could not find variable")) {
                unknown++;
            } else {
                compare(comparison, drawn.get(i), theirs.get(i));
            }
        }
        System.out.println(comparison + "\n  " + sample + ", " + ValueSampler.kinds(drawn) + ", " + unknown
                + " that drgn does not find, which are declared only and have a symbol");
        assertThat(comparison.problems()).isEmpty();
        assertThat(comparison.count()).isGreaterThanOrEqualTo(MIN_OBJECTS);
    }

    private void compare(PeerComparison<Rule> comparison, Drawn drawn, JsonNode theirs) {
        var ours = drawn.format().format(drawn.value());
        if (theirs.has("text") && theirs.get("text").asText().equals(ours)) {
            comparison.same();
            return;
        }
        var rule = theirs.has("error")
                ? ofError(theirs.get("error").asText(), ours)
                : ofText(drawn.value().program(), theirs.get("text").asText(), ours);
        rule.ifPresentOrElse(comparison::taken, () -> differs(comparison, drawn, theirs, ours));
    }

    /** Where symbols stand that only one of them has, all but these must be the same. */
    private Optional<Rule> ofText(Program program, String theirs, String ours) {
        var their = PointedSymbols.LABELS.without(theirs, address -> true);
        var our = PointedSymbols.LABELS.without(ours, address -> true);
        if (their.equals(our)) {
            return Optional.of(Rule.LABELS);
        }
        LongPredicate isInModule = address -> program.modules().stream().anyMatch(module -> module.contains(address));
        if (PointedSymbols.ALL.without(their, isInModule).equals(PointedSymbols.ALL.without(our, isInModule))
                && areTold(our, their)) {
            return Optional.of(Rule.MODULE_SYMBOLS);
        }
        if (!our.startsWith("(const ") && their.replaceFirst("^\\(const ", "(").equals(our)) {
            return Optional.of(Rule.DECLARED_CONST);
        }
        if (theirs.endsWith(")<optimized out>")) {
            return Optional.of(Rule.ABSENT);
        }
        var theirsWithoutSymbols = PointedSymbols.ALL.without(theirs, address -> true);
        var oursWithoutSymbols = PointedSymbols.ALL.without(ours, address -> true);
        if (theirsWithoutSymbols.equals(oursWithoutSymbols)) {
            return Optional.of(Rule.SYMBOLS);
        }
        if (oursWithoutSymbols.startsWith("*" + theirsWithoutSymbols) && ours.contains("<cannot read ")) {
            return Optional.of(Rule.PARTLY_READABLE);
        }
        if (theirsWithoutSymbols.replace("[]){}", "[0]){}").equals(oursWithoutSymbols)) {
            return Optional.of(Rule.FLEXIBLE_ARRAYS);
        }
        return numbers(theirsWithoutSymbols).equals(numbers(oursWithoutSymbols)) || isRow(theirs, ours)
                ? Optional.of(Rule.ROWS_OF_ARRAYS)
                : Optional.empty();
    }

    /** {@return a text without what tells an array of arrays from an array: types, lengths, braces and zeros} */
    private static String numbers(String text) {
        return LENGTHS.matcher(ARRAY_TYPE.matcher(text).replaceAll(""))
                .replaceAll("")
                .replaceAll("[\\s{},=]|(?<!\\w)0(?!\\w)", "");
    }

    /** {@return whether one is an array of what the other is} */
    private static boolean isRow(String theirs, String ours) {
        var row = ROW.matcher(theirs);
        return row.lookingAt() && ours.startsWith(row.group(1) + ")");
    }

    private static Optional<Rule> ofError(String error, String ours) {
        if (error.startsWith("FaultError") && ours.contains("<cannot read ")) {
            return Optional.of(Rule.FAULT);
        }
        if (error.contains("object cannot be converted to boolean")) {
            return Optional.of(Rule.UNDECIDED);
        }
        if (error.startsWith("ObjectAbsentError")) {
            return Optional.of(Rule.ABSENT);
        }
        return error.contains("incomplete") && ours.contains("<incomplete type>")
                ? Optional.of(Rule.INCOMPLETE)
                : Optional.empty();
    }

    /** Shows the first line that differs in more than symbols. */
    private static void differs(PeerComparison<Rule> comparison, Drawn drawn, JsonNode theirs, String ours) {
        if (theirs.has("error")) {
            comparison.differs(drawn.question(), theirs.get("error").asText(), start(ours));
            return;
        }
        var ourLines = PointedSymbols.ALL.without(ours, address -> true).split("\n");
        var theirLines = PointedSymbols.ALL
                .without(theirs.get("text").asText(), address -> true)
                .split("\n");
        var line = Arrays.mismatch(ourLines, theirLines);
        comparison.differs(
                drawn.question() + " line " + (line + 1),
                line < theirLines.length ? start(theirLines[line]) : "-",
                line < ourLines.length ? start(ourLines[line]) : "-");
    }

    private static String start(String text) {
        return text.substring(0, Math.min(300, text.length()));
    }
}
