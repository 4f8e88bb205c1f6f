package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.launcher.internal.RunContext.Telling;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.NeutralRows;

/** The commands that an application runs. */
final class LauncherSession implements Session, AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Environment environment;
    private final PrintStream errors;
    private final BundleContributions extender;
    private final IndexedBundle application;
    private final Said said;
    private final List<Opened> opened = new ArrayList<>();
    private volatile Opened current;
    private volatile Indexes indexes;
    private volatile String installed;
    private int lastNumber = 1;

    /** A target, or what may become one. */
    private static final class Opened {
        private final int number;
        private final OpenTargets targets;
        private final RunContext context;
        private volatile @Nullable String name;

        Opened(int number, OpenTargets targets, RunContext context) {
            this.number = number;
            this.targets = targets;
            this.context = context;
        }

        String open() {
            var known = targets.openAll(context);
            name = known;
            return known;
        }
    }

    /**
     * @param errors takes what is told
     * @param context of the application
     * @param targets what the command line names
     * @param said what the user said on the command line
     */
    LauncherSession(
            Environment environment,
            PrintStream errors,
            BundleContributions extender,
            Indexes indexes,
            IndexedBundle application,
            RunContext context,
            OpenTargets targets,
            Said said) {
        this.environment = environment;
        this.errors = errors;
        this.extender = extender;
        this.indexes = indexes;
        this.application = application;
        this.said = said;
        current = new Opened(1, targets, context);
        installed = stamp(indexes.folders().installed());
    }

    @Override
    public PrintStream errors() {
        return errors;
    }

    @Override
    public Optional<String> variable(String name) {
        return environment.variable(name);
    }

    @Override
    public Path userFolder(String variable, String belowHome) {
        return environment.userFolder(variable, belowHome);
    }

    @Override
    public boolean isColored() {
        return LauncherOptions.settings(said, environment.isColored()).color();
    }

    @Override
    public Index index() {
        refresh();
        return indexes.all();
    }

    @Override
    public String help(List<String> names) {
        return Help.of(indexes, names);
    }

    @Override
    public int guard(String text, IntSupplier work) {
        return new Failures(environment, new Cancellation(), errors).guard(List.of(text), work::getAsInt);
    }

    @Override
    public int run(List<String> words, Cancellation cancellation, Display display) {
        refresh();
        var failures = new Failures(environment, cancellation, display.errors());
        return failures.guard(words, () -> {
            var application = words.isEmpty()
                    ? Optional.<Index.Declared>empty()
                    : indexes.all().application(words.getFirst());
            if (application.isPresent()) {
                return runApplication(application.get(), words.subList(1, words.size()), cancellation, display);
            }
            var line = CommandLine.parse(indexes, words);
            if (line.output().has("--help")) {
                display.out().append(Help.of(line.command())).flush();
                return ExitCode.DONE;
            }
            var output = new OptionSet()
                    .add(LauncherOptions.OUTPUT)
                    .parse(display.defaults(), false)
                    .and(line.output());
            var statistics = new Statistics();
            statistics.phase("command line");
            var target = current;
            run(line, target, output, cancellation, display, failures);
            display.out().close();
            statistics.phase("command");
            if (output.has("--stats")) {
                statistics.write(display.errors(), target.targets.counts());
            }
            // A command may return what it had found when it was told to stop; that is not all.
            cancellation.check();
            return ExitCode.DONE;
        });
    }

    /** Runs an application that a word starts, on the current target. */
    private int runApplication(
            Index.Declared application, List<String> words, Cancellation cancellation, Display display) {
        var defaults = new OptionSet().add(LauncherOptions.OUTPUT).parse(display.defaults(), false);
        var line =
                ApplicationLine.parse(application, defaults, new OptionSet().add(LauncherOptions.OUTPUT), words, true);
        if (line.said().has("--help")) {
            display.out().append(Help.of(application)).flush();
            return ExitCode.DONE;
        }
        if (!display.stages().isEmpty()) {
            throw new UsageException("`" + application.declaration().attribute("word")
                    + "` prints text, which has no rows; programs of the system take it: | grep, | !head");
        }
        if (!line.said().has("--no-pager")) {
            display.pager().ifPresent(display.out()::page);
        }
        var isQuiet = line.said().has("--quiet");
        var telling = new Telling(
                display.errors(), isQuiet ? Progress.NONE : display.progress(), isQuiet, OptionalInt::empty);
        var out = display.out().asPrintStream();
        try (var _ = extender.use(line.bundle().symbolicName(), cancellation)) {
            var context = new RunContext(current.context, cancellation, telling, line.bundle());
            var code = line.run(extender, new ApplicationRun(this, context, line.said(), out, Optional.empty()));
            out.flush();
            display.out().close();
            cancellation.check();
            return code;
        }
    }

    private void run(
            CommandLine line,
            Opened target,
            Said output,
            Cancellation cancellation,
            Display display,
            Failures failures) {
        var settings = LauncherOptions.settings(output, false).through(display.stages());
        var isText = settings.format() == Format.TEXT;
        if (isText && !output.has("--no-pager")) {
            display.pager().ifPresent(display.out()::page);
        }
        var isQuiet = output.has("--quiet");
        var telling = new Telling(
                display.errors(),
                isQuiet ? Progress.NONE : display.progress(),
                isQuiet,
                isText ? display.columns() : OptionalInt::empty);
        var bundle = line.command().bundle();
        try (var _ = extender.use(bundle.symbolicName(), cancellation)) {
            var context = new RunContext(target.context, cancellation, telling, bundle);
            line.run(extender, context, settings, display.out(), failures);
        }
    }

    /** {@return the names of all commands, their other names too} */
    Set<String> commandNames() {
        var names = new TreeSet<String>();
        for (var command : index().declared(Index.COMMANDS)) {
            names.add(command.declaration().name());
            names.addAll(command.declaration().aliases());
        }
        return names;
    }

    /** Runs a command for its rows, which hold no class of its bundle. */
    void rows(
            List<String> words,
            Cancellation cancellation,
            boolean isQuiet,
            Consumer<Map<String, @Nullable Object>> each) {
        var line = CommandLine.parse(indexes, words);
        var bundle = line.command().bundle();
        var limit = LauncherOptions.settings(line.output(), false).limit();
        var telling = new Telling(errors, Progress.NONE, isQuiet, OptionalInt::empty);
        var neutral = new NeutralRows();
        try (var _ = extender.use(bundle.symbolicName(), cancellation);
                var all = line.rows(extender, new RunContext(current.context, cancellation, telling, bundle))) {
            var some = limit.isPresent() ? all.limit(limit.getAsLong()) : all;
            some.sequential().forEachOrdered(row -> each.accept(neutral.copy(row)));
        }
        cancellation.check();
    }

    @Override
    public CommandContext context(Cancellation cancellation) {
        var telling = new Telling(errors, Progress.NONE, true, OptionalInt::empty);
        return new RunContext(current.context, cancellation, telling, application);
    }

    /** Opens what the command line names. {@return what the user knows it by} */
    String openNamed() {
        return current.open();
    }

    @Override
    public int open(List<String> words, Cancellation cancellation, Display display) {
        refresh();
        return new Failures(environment, cancellation, display.errors()).guard(words, () -> {
            if (words.isEmpty()) {
                openFirst();
            } else {
                openNext(words, cancellation, display);
            }
            return ExitCode.DONE;
        });
    }

    private void openFirst() {
        var first = current;
        try {
            first.open();
            add(first);
        } catch (UsageException nothingNamed) {
            if (namesTarget(said.values())) {
                throw nothingNamed;
            }
        }
    }

    private boolean namesTarget(Map<String, List<String>> values) {
        return indexes.all().declared(Index.TARGETS).stream()
                .flatMap(each -> each.declaration().flags().stream())
                .anyMatch(flag -> values.containsKey(flag.key()));
    }

    private void openNext(List<String> words, Cancellation cancellation, Display display) {
        var options =
                new OptionSet().add(LauncherOptions.beforeTheCommand(indexes)).parse(words, false);
        var values = new LinkedHashMap<>(options.values());
        if (!options.rest().isEmpty()) {
            values.merge("--core", options.rest(), LauncherSession::joined);
        }
        var targets = new OpenTargets(extender, values, new Statistics());
        var telling = new Telling(display.errors(), display.progress(), false, OptionalInt::empty);
        var next = new Opened(
                nextNumber(), targets, new RunContext(extender, targets, cancellation, telling, application));
        var isOpen = false;
        try {
            next.open();
            isOpen = true;
        } finally {
            if (!isOpen) {
                targets.close();
            }
        }
        add(next);
    }

    private static List<String> joined(List<String> some, List<String> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private synchronized int nextNumber() {
        return opened.isEmpty() ? lastNumber : ++lastNumber;
    }

    private synchronized void add(Opened target) {
        opened.add(target);
        current = target;
    }

    @Override
    public synchronized List<Target> targets() {
        return opened.stream()
                .map(each -> new Target(
                        each.number, String.valueOf(each.name), each.targets.descriptions(), each == current))
                .toList();
    }

    @Override
    public synchronized void select(int number) {
        current = numbered(number);
    }

    @Override
    public synchronized void close(int number) {
        var target = numbered(number);
        opened.remove(target);
        target.targets.close();
        if (target == current) {
            current = opened.isEmpty() ? none() : opened.getLast();
        }
    }

    private Opened none() {
        var targets = new OpenTargets(extender, Map.of(), new Statistics());
        var telling = new Telling(errors, Progress.NONE, false, OptionalInt::empty);
        return new Opened(
                ++lastNumber, targets, new RunContext(extender, targets, new Cancellation(), telling, application));
    }

    private Opened numbered(int number) {
        return opened.stream()
                .filter(each -> each.number == number)
                .findFirst()
                .orElseThrow(() -> new UsageException(
                        "no target " + number + (opened.isEmpty() ? ": none is open" : "; see `target`")));
    }

    @Override
    public Map<String, String> choices() {
        return Map.copyOf(current.context.choices());
    }

    @Override
    public void choose(String what, Optional<String> value) {
        var choices = current.context.choices();
        value.ifPresentOrElse(chosen -> choices.put(what, chosen), () -> choices.remove(what));
    }

    /** Sees plug-ins that were installed, updated or removed since, here or by another process. */
    private synchronized void refresh() {
        var now = stamp(indexes.folders().installed());
        if (now.equals(installed)) {
            return;
        }
        installed = now;
        try {
            var changed = Indexes.read(indexes.core(), indexes.folders());
            var before = byName(indexes.all());
            var after = byName(changed.all());
            for (var bundle : before.values()) {
                var same = after.get(bundle.symbolicName());
                if (same == null || !same.location().equals(bundle.location())) {
                    extender.remove(bundle.symbolicName(), DRAIN);
                }
            }
            extender.add(after.values().stream()
                    .filter(bundle -> {
                        var same = before.get(bundle.symbolicName());
                        return same == null || !same.location().equals(bundle.location());
                    })
                    .toList());
            indexes = changed;
        } catch (DebuggerException e) {
            errors.println("wyrm: warning: plug-ins stay as they were: " + e.getMessage());
        }
    }

    private static Map<String, IndexedBundle> byName(Index index) {
        var bundles = new HashMap<String, IndexedBundle>();
        index.bundles().forEach(bundle -> bundles.put(bundle.symbolicName(), bundle));
        return bundles;
    }

    /** {@return what changes when the index of a folder does: it is written aside and renamed} */
    private static String stamp(Path folder) {
        try {
            var file = Files.readAttributes(folder.resolve(Index.FILE_NAME), BasicFileAttributes.class);
            return file.fileKey() + " " + file.lastModifiedTime() + " " + file.size();
        } catch (IOException none) {
            return "";
        }
    }

    @Override
    public synchronized void close() {
        opened.forEach(each -> each.targets.close());
        opened.clear();
    }
}
