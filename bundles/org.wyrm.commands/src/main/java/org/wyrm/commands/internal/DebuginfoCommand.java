package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.DebugInfoState.Part;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.debuginfo.TriedPlace;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Tells what debugging information was found for the target, and what was not. */
@ProvidesCommand(
        name = "debuginfo",
        summary = "show the debugging information that was found, and where it was looked for",
        row = DebuginfoCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class DebuginfoCommand implements Command<DebuginfoCommand.Options> {
    /** What the user may say: nothing. */
    public record Options() {}

    /**
     * A part of the target.
     *
     * @param way how its file was found; empty where there is none
     * @param index whether the index of its names was kept by an earlier process
     * @param entries how many names its index has
     * @param problems what of it could not be indexed
     * @param tried where it was looked for without success, and why not
     */
    public record Row(
            String part,
            Optional<String> buildId,
            Optional<String> way,
            Optional<String> file,
            Optional<String> index,
            OptionalLong entries,
            OptionalLong indexBytes,
            List<String> problems,
            List<String> tried)
            implements TextRow {
        @Override
        public String toText() {
            var text = new StringBuilder(part);
            buildId.ifPresent(id -> text.append("\n  build ID: ").append(id));
            text.append("\n  file: ").append(file.orElse("none was found"));
            way.ifPresent(found -> text.append(" (").append(found).append(")"));
            index.ifPresent(state -> text.append(
                    "\n  index: %s, %d names, %d bytes".formatted(state, entries.orElse(0), indexBytes.orElse(0))));
            problems.forEach(problem -> text.append("\n  problem: ").append(problem));
            tried.forEach(place -> text.append("\n  tried: ").append(place));
            return text.toString();
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        return program.findExtension(DebugInfoState.class).stream()
                .flatMap(DebugInfoState::parts)
                .map(DebuginfoCommand::row);
    }

    private static Row row(Part part) {
        var tried = new ArrayList<String>();
        for (TriedPlace place : part.tried()) {
            tried.add(place.place() + ": " + place.outcome());
        }
        var file = part.file();
        return new Row(
                part.label(),
                part.buildId(),
                part.way().map(SearchWay::label),
                file.map(DebugInfoState.IndexedFile::name),
                file.map(indexed -> indexed.isIndexKept() ? "kept" : "new"),
                file.map(indexed -> OptionalLong.of(indexed.entryCount())).orElse(OptionalLong.empty()),
                file.map(indexed -> OptionalLong.of(indexed.indexByteSize())).orElse(OptionalLong.empty()),
                file.map(DebugInfoState.IndexedFile::problems).orElse(List.of()),
                tried);
    }
}
