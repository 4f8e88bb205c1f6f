package org.wyrm.app.report.internal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesApplication;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;
import org.wyrm.platform.output.Settings;

/** A report of a target: a section after the other, each the rows of a command, whatever becomes of the others. */
@ProvidesApplication(
        id = "org.wyrm.app.report",
        summary = "report what is to be known of a dump, as text, --format html, json or jsonl")
public final class ReportApplication implements Application<ReportApplication.Options> {
    private static final int DEFAULT_SECONDS = 30;
    private static final long POLL_MILLIS = 50;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"--only"},
                    argument = "NAME,...",
                    help = "these sections only; may be repeated")
            List<String> only,

            @Flag(
                    names = {"--without"},
                    argument = "NAME,...",
                    help = "without these sections; may be repeated")
            List<String> without,

            @Flag(
                    names = {"--seconds"},
                    argument = "N",
                    help = "how long a section may take (default 30)")
            OptionalInt seconds,

            @Flag(
                    names = {"--title"},
                    argument = "TEXT",
                    help = "what stands above the report")
            Optional<String> title,

            @Flag(
                    names = {"--sections"},
                    help = "list the sections that there are, and make no report")
            boolean sections) {}

    @Override
    public int run(ApplicationContext context, Options options) {
        var format = Format.named(context.format());
        var known = Section.all(context.contributions());
        if (options.sections) {
            var settings = new Settings(format, OptionalLong.empty(), false);
            new Output(context.out(), ProgressLine.off()).rows(settings, Layout.TABLE, List.of(), known.stream());
            return 0;
        }
        var sections = chosen(known, options);
        if (format == Format.CSV) {
            throw new UsageException("a report has no --format csv; take text, html, json or jsonl");
        }
        var limit = Duration.ofSeconds(seconds(options));
        var report = report(format, context.out(), context.openTarget(), options.title);
        report.begin();
        var code = new int[1];
        runAll(context, sections, report.rowFormat(), limit, done -> {
            report.add(done);
            if (done.isFailure()) {
                code[0] = Math.max(code[0], done.result().code());
            }
        });
        report.end();
        return code[0];
    }

    private static Report report(Format format, PrintStream out, String target, Optional<String> said) {
        var title = said.orElse("wyrm report of " + target);
        return switch (format) {
            case HTML -> new HtmlReport(out, title);
            case JSON -> new JsonReport(out, target, true);
            case JSONL -> new JsonReport(out, target, false);
            default -> new TextReport(out, title);
        };
    }

    private static int seconds(Options options) {
        var seconds = options.seconds.orElse(DEFAULT_SECONDS);
        if (seconds <= 0) {
            throw new UsageException("--seconds %d: a number above 0 was expected".formatted(seconds));
        }
        return seconds;
    }

    private static List<Section> chosen(List<Section> known, Options options) {
        var only = names(known, options.only);
        var without = names(known, options.without);
        return known.stream()
                .filter(section -> options.only.isEmpty() || only.contains(section.name()))
                .filter(section -> !without.contains(section.name()))
                .toList();
    }

    private static Set<String> names(List<Section> known, List<String> lists) {
        var names = new TreeSet<String>();
        lists.forEach(list -> names.addAll(List.of(list.split(",", -1))));
        for (var name : names) {
            if (known.stream().noneMatch(section -> section.name().equals(name))) {
                var there = known.stream().map(Section::name).toList();
                throw new UsageException("no section '" + name + "'; there are " + String.join(", ", there));
            }
        }
        return names;
    }

    /** Runs sections side by side; they are told of in their order. */
    private static void runAll(
            ApplicationContext context,
            List<Section> sections,
            Format rowFormat,
            Duration limit,
            Consumer<Finished> told) {
        var turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
        var runs = new ArrayList<SectionRun>();
        for (var section : sections) {
            var run = new SectionRun(context, section, rowFormat.label(), turns, limit);
            Thread.ofPlatform().daemon().name("wyrm-report-" + section.name()).start(run);
            runs.add(run);
        }
        try {
            for (var run : runs) {
                var done = run.await(POLL_MILLIS);
                while (done == null) {
                    context.cancellation().check();
                    runs.forEach(SectionRun::checkTime);
                    done = run.await(POLL_MILLIS);
                }
                told.accept(done);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationFailedException("interrupted while sections ran", e);
        } finally {
            runs.forEach(SectionRun::cancel);
        }
    }
}
