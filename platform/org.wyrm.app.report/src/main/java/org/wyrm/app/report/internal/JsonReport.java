package org.wyrm.app.report.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;
import org.wyrm.platform.output.Settings;

/** Sections as JSON, each an object with its rows as an array: in one array, or one a line. Confined to one thread. */
final class JsonReport implements Report {
    private static final Settings LINE = new Settings(Format.JSONL, OptionalLong.empty(), false);

    private final PrintStream out;
    private final String target;
    private final boolean array;
    private boolean empty = true;

    /**
     * @param target what the report is of
     * @param array whether it is one array; else a section a line
     */
    JsonReport(PrintStream out, String target, boolean array) {
        this.out = out;
        this.target = target;
        this.array = array;
    }

    /** What stands before the rows. */
    private record Head(
            String target,
            String name,
            String title,
            String command,
            String plugin,
            int code,
            List<String> messages,
            Duration time,
            long rowCount) {}

    @Override
    public Format rowFormat() {
        return Format.JSON;
    }

    @Override
    public void begin() {
        if (array) {
            out.print("[");
        }
    }

    @Override
    public void add(Finished done) {
        var head = head(done);
        out.print(array && !empty ? ",\n" : array ? "\n" : "");
        empty = false;
        out.print(head.substring(0, head.lastIndexOf('}')));
        // A command that did not begin, or did not stop, has written nothing that is whole.
        var rows = done.rows().isEmpty() ? "null" : done.rows().strip();
        out.print(",\"rows\":" + (array ? rows : rows.replace("\n", "")) + "}");
        if (!array) {
            out.println();
            out.flush();
        }
    }

    private String head(Finished done) {
        var section = done.section();
        var result = done.result();
        var bytes = new ByteArrayOutputStream();
        var head = new Head(
                target,
                section.name(),
                section.title(),
                section.command(),
                section.plugin(),
                result.code(),
                result.messages(),
                done.time(),
                result.rowCount());
        new Output(bytes, ProgressLine.off()).rows(LINE, Layout.TABLE, List.of(), Stream.of(head));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void end() {
        if (array) {
            out.println(empty ? "]" : "\n]");
        }
        out.flush();
    }
}
