package org.wyrm.app.report.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;

/** A page that needs nothing else: a section after the other, and where they are. Confined to one thread. */
final class HtmlReport implements Report {
    private static final String SECTIONS = "<!-- sections -->\n";
    private static final String LINKS = "<!-- links -->\n";

    private final PrintStream out;
    private final String title;
    private final String page = page();
    private final StringBuilder links = new StringBuilder();

    HtmlReport(PrintStream out, String title) {
        this.out = out;
        this.title = title;
    }

    private static String page() {
        try (var in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.html"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Format rowFormat() {
        return Format.HTML;
    }

    @Override
    public void begin() {
        var made = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        out.print(page.substring(0, page.indexOf(SECTIONS))
                .replace("$TITLE", Output.html(title))
                .replace("$MADE", made));
    }

    @Override
    public void add(Finished done) {
        var section = done.section();
        var id = Output.html(section.name());
        var heading = Output.html(section.title());
        var count = done.result().rowCount();
        var state = done.isFailure() ? " failed" : done.isAbsent() ? " absent" : count == 0 ? " none" : "";
        links.append("<li class=\"%s\"><a href=\"#%s\">%s</a></li>%n".formatted(state.strip(), id, heading));
        out.print("<section id=\"%s\"><h2>%s</h2>%n<p class=\"about\"><code>%s</code> · %s · %s · %s</p>%n"
                .formatted(
                        id,
                        heading,
                        Output.html(section.command()),
                        count == 1 ? "1 row" : count + " rows",
                        String.format(Locale.ROOT, "%.2f s", done.time().toMillis() / 1e3),
                        Output.html(section.plugin())));
        done.result()
                .messages()
                .forEach(message -> out.print("<p class=\"message%s\">%s</p>%n"
                        .formatted(state.equals(" none") ? "" : state, Output.html(message))));
        out.print("<div class=\"rows\">" + done.rows() + "</div></section>\n");
    }

    @Override
    public void end() {
        var after = page.substring(page.indexOf(SECTIONS) + SECTIONS.length());
        out.print(after.replace(LINKS, links));
        out.flush();
    }
}
