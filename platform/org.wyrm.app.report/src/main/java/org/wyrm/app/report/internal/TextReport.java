package org.wyrm.app.report.internal;

import java.io.PrintStream;
import org.wyrm.platform.output.Format;

/**
 * Sections under headings.
 *
 * @param out where it is printed
 * @param title what stands above it
 */
record TextReport(PrintStream out, String title) implements Report {
    @Override
    public Format rowFormat() {
        return Format.TEXT;
    }

    @Override
    public void begin() {
        out.println(title);
        out.println("=".repeat(title.length()));
    }

    @Override
    public void add(Finished done) {
        var heading = done.section().title() + " (" + done.section().command() + ")";
        out.println();
        out.println(heading);
        out.println("-".repeat(heading.length()));
        if (done.result().rowCount() == 0 && done.result().code() == 0) {
            out.println("none");
        } else {
            out.print(done.rows());
        }
        var mark = done.isFailure() ? "FAILED: " : done.isAbsent() ? "not here: " : "note: ";
        done.result().messages().forEach(message -> out.println(mark + message));
    }

    @Override
    public void end() {
        out.flush();
    }
}
