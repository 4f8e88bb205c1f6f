package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.DebugInfoState.IndexedFile;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TriedPlace;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Tells what debugging information was found for the target, and what was not. */
@ProvidesCommand(
        name = "debuginfo",
        summary = "show the debugging information that was found, and what to do where there is none",
        row = DebuginfoCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class DebuginfoCommand implements Command<DebuginfoCommand.Options> {
    private static final String MODULE = "module ";

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-v", "--verbose"},
                    help = "each module that nothing was found of, and each place that was looked at")
            boolean verbose) {}

    /**
     * A part of the target, or the modules that nothing was found of.
     *
     * @param modules their names, where the row is of several
     * @param way how its file was found; empty where there is none
     * @param index whether the index of its names was kept by an earlier process
     * @param entries how many names its index has
     * @param problems what of it could not be indexed
     * @param places how many places were looked at without success
     * @param tried those where something was, and why that was not it; with --verbose all
     * @param hint what to do where something is missing, in the last row that is
     */
    public record Row(
            String part,
            List<String> modules,
            Optional<String> buildId,
            Optional<String> way,
            Optional<String> file,
            Optional<String> index,
            OptionalLong entries,
            OptionalLong indexBytes,
            List<String> problems,
            int places,
            List<String> tried,
            Optional<String> hint)
            implements TextRow {
        @Override
        public String toText() {
            var text = new StringBuilder(part);
            buildId.ifPresent(id -> text.append("\n  build ID: ").append(id));
            text.append("\n  file: ")
                    .append(file.orElseGet(() -> "none was found" + (places == 0 ? "" : " in " + places + " places")));
            way.ifPresent(found -> text.append(" (").append(found).append(")"));
            index.ifPresent(state -> text.append(
                    "\n  index: %s, %d names, %d bytes".formatted(state, entries.orElse(0), indexBytes.orElse(0))));
            problems.forEach(problem -> text.append("\n  problem: ").append(problem));
            tried.forEach(place -> text.append("\n  tried: ").append(place));
            hint.ifPresent(clause -> text.append("\n\n").append(clause));
            return text.toString();
        }

        Row withHint(Optional<String> clause) {
            return new Row(
                    part, modules, buildId, way, file, index, entries, indexBytes, problems, places, tried, clause);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        return program.findExtension(DebugInfoState.class).stream()
                .flatMap(state -> rows(state, options.verbose).stream());
    }

    private static List<Row> rows(DebugInfoState state, boolean verbose) {
        var rows = new ArrayList<Row>();
        var folded = new ArrayList<String>();
        state.parts().forEach(part -> {
            if (!verbose && isNowhere(part)) {
                folded.add(part.label().substring(MODULE.length()));
            } else {
                rows.add(row(part, verbose));
            }
        });
        if (!folded.isEmpty()) {
            rows.add(row(folded));
        }
        for (var last = rows.size() - 1; last >= 0; last--) {
            if (rows.get(last).file().isEmpty()) {
                rows.set(last, rows.get(last).withHint(state.hint()));
                break;
            }
        }
        return rows;
    }

    /** {@return whether there is nothing to say of a module but that it is one of many} */
    private static boolean isNowhere(Part part) {
        return part.label().startsWith(MODULE)
                && part.file().isEmpty()
                && part.tried().stream().noneMatch(TriedPlace::isRefusal);
    }

    private static Row row(List<String> modules) {
        return new Row(
                modules.size() == 1 ? MODULE + modules.getFirst() : modules.size() + " modules",
                modules,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                0,
                List.of(),
                Optional.empty());
    }

    private static Row row(Part part, boolean verbose) {
        var file = part.file();
        return new Row(
                part.label(),
                List.of(),
                part.buildId(),
                part.way().map(SearchWay::label),
                file.map(IndexedFile::name),
                file.map(indexed -> indexed.isIndexKept() ? "kept" : "new"),
                file.map(indexed -> OptionalLong.of(indexed.entryCount())).orElse(OptionalLong.empty()),
                file.map(indexed -> OptionalLong.of(indexed.indexByteSize())).orElse(OptionalLong.empty()),
                file.map(IndexedFile::problems).orElse(List.of()),
                part.tried().size(),
                part.tried().stream()
                        .filter(place -> verbose || place.isRefusal())
                        .map(place -> place.place() + ": " + place.outcome())
                        .toList(),
                Optional.empty());
    }
}
