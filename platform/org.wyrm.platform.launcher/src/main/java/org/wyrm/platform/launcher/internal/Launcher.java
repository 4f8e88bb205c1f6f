package org.wyrm.platform.launcher.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Settings;

/** One command line, from its words to its exit code. */
final class Launcher implements AutoCloseable {
    private static final long STOP_MILLIS = 70;
    private static final long START_SECONDS = 1;

    /** What runs where no command is named. */
    private static final String SHELL = "org.wyrm.platform.shell";

    /** The word of the application that {@code -e} is for. */
    private static final String SCRIPT = "script";

    private static final String DEFAULT_PAGER = "less -FRX";

    private final Environment environment;
    private final Supplier<Index> core;
    private final Cancellation cancellation = new Cancellation();
    private final Failures failures;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Statistics statistics = new Statistics();
    private final Storage storage = new Storage();
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable BundleContributions contributions;

    /** @param core reads the index of the core */
    Launcher(Environment environment, Supplier<Index> core) {
        this.environment = environment;
        this.core = core;
        this.failures = new Failures(environment, cancellation, environment.errors());
    }

    /** {@return the exit code of a command line; all that goes wrong is told on stderr} */
    int run(String... words) {
        try {
            return failures.guard(List.of(words), () -> {
                var code = dispatch(List.of(words));
                environment.out().close();
                return code;
            });
        } finally {
            environment.progress().close();
            finished.countDown();
        }
    }

    /** Tells the command to stop, and waits a little for it; first, a pager is left to its user. */
    void interrupt() {
        cancellation.cancel("interrupted");
        environment.progress().close();
        try {
            environment.out().awaitPager();
            if (!finished.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                environment.errors().println("wyrm: interrupted; the command did not stop and is abandoned");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what was begun, also from another thread while it begins; then nothing is left in the file system. */
    @Override
    public void close() {
        try {
            var held = starting.tryLock(START_SECONDS, TimeUnit.SECONDS);
            var extender = contributions;
            if (extender != null) {
                extender.close();
            }
            storage.close();
            if (held) {
                starting.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int dispatch(List<String> words) {
        var places = Places.find(environment, words);
        var indexes = Indexes.read(core.get(), places.plugins());
        var before = new OptionSet()
                .add(LauncherOptions.OUTPUT)
                .add(LauncherOptions.beforeTheCommand(indexes))
                .add(LauncherOptions.HIDDEN);
        places.application()
                .flatMap(indexes::findApplication)
                .ifPresent(each -> before.add(each.declaration().flags()));
        var said = before.parse(words, true);
        var rest = said.rest();
        if (!rest.isEmpty() && rest.getFirst().equals("--")) {
            rest = rest.subList(1, rest.size());
        }
        if (said.has("--version")) {
            return print("wyrm " + version() + "\n");
        }
        var application = said.value("--application");
        if (application.isPresent()) {
            return runApplication(indexes, indexes.application(application.get()), said, rest, false);
        }
        if (said.has("-e")) {
            var scripts = indexes.all()
                    .application(SCRIPT)
                    .orElseThrow(() -> new UsageException("-e: nothing here runs scripts"));
            return runApplication(indexes, scripts, said, rest, true);
        }
        var started = rest.isEmpty()
                ? Optional.<Index.Declared>empty()
                : indexes.all().application(rest.getFirst());
        if (started.isPresent()) {
            return runApplication(indexes, started.get(), said, rest.subList(1, rest.size()), true);
        }
        if (said.has("--help") || (!rest.isEmpty() && rest.getFirst().equals(Help.COMMAND))) {
            return print(Help.of(indexes, said.has("--help") ? rest : rest.subList(1, rest.size())));
        }
        if (rest.isEmpty()) {
            return runShell(indexes, said);
        }
        if (rest.getFirst().startsWith("-")) {
            throw before.unknown(rest.getFirst());
        }
        return runCommand(indexes, said, rest);
    }

    private int runShell(Indexes indexes, Said said) {
        var shell = indexes.findApplication(SHELL);
        if (shell.isEmpty()) {
            environment.errors().print(Help.usage());
            return failures.tell(ExitCode.USAGE, "no command, and no shell is installed");
        }
        return runApplication(indexes, shell.get(), said, List.of(), false);
    }

    private int print(String text) {
        environment.out().append(text).flush();
        return ExitCode.DONE;
    }

    private int runCommand(Indexes indexes, Said before, List<String> words) {
        var line = CommandLine.parse(indexes, words);
        if (line.output().has("--help")) {
            return print(Help.of(line.command()));
        }
        var said = before.and(line.output());
        var settings = LauncherOptions.settings(said, environment.isColored());
        page(said, settings.format());
        var many = ManyTargets.of(indexes, before.values());
        if (many.isPresent()) {
            try (var extender = extend(indexes, logLevel(said))) {
                return eachTarget(extender, new CommandOnTarget(line), said, many.get(), settings);
            }
        }
        refuseSeconds(said);
        var bundle = line.command().bundle();
        Supplier<OptionalInt> columns = settings.format() == Format.TEXT ? environment::columns : OptionalInt::empty;
        statistics.phase("command line");
        try (var extender = extend(indexes, logLevel(said));
                var targets = new OpenTargets(extender, before.values(), statistics);
                var _ = extender.use(bundle.symbolicName(), cancellation)) {
            var context = new RunContext(extender, targets, cancellation, telling(said, columns), bundle);
            line.run(extender, context, settings, environment.out(), failures);
            tellStatistics(said, targets);
        }
        // A command may return what it had found when it was told to stop; that is not all.
        cancellation.check();
        return ExitCode.DONE;
    }

    /** @param verbatim whether the words from the first argument on are all arguments */
    private int runApplication(
            Indexes indexes, Index.Declared application, Said before, List<String> words, boolean verbatim) {
        var options = new OptionSet().add(LauncherOptions.OUTPUT).add(LauncherOptions.beforeTheCommand(indexes));
        var line = ApplicationLine.parse(application, before, options, words, verbatim);
        var said = line.said();
        if (said.has("--help")) {
            return print(Help.of(application));
        }
        var settings = LauncherOptions.settings(said, environment.isColored());
        var name = application.declaration().name();
        if (!name.equals(SHELL)) {
            page(said, settings.format());
        }
        var isScript = application.declaration().attribute("word").equals(SCRIPT);
        var many = isScript ? ManyTargets.of(indexes, said.values()) : Optional.<ManyTargets>empty();
        if (many.isPresent()) {
            try (var extender = extend(indexes, logLevel(said))) {
                return eachTarget(extender, new ApplicationOnTarget(indexes, line), said, many.get(), settings);
            }
        }
        var hasSeconds = application.declaration().flags().stream()
                .anyMatch(flag -> flag.names().contains("--seconds"));
        if (!hasSeconds) {
            refuseSeconds(said);
        }
        statistics.phase("command line");
        try (var extender = extend(indexes, logLevel(said));
                var targets = new OpenTargets(extender, said.values(), statistics);
                var _ = extender.use(line.bundle().symbolicName(), cancellation)) {
            var out = environment.out().asPrintStream();
            var context =
                    new RunContext(extender, targets, cancellation, telling(said, OptionalInt::empty), line.bundle());
            int code;
            try (var session = new LauncherSession(
                    environment, environment.errors(), extender, indexes, line.bundle(), context, targets, said)) {
                extender.provide(Session.class, session);
                code = line.run(
                        extender, new ApplicationRun(session, context, said, out, Optional.of(environment::in)));
            } finally {
                out.flush();
            }
            tellStatistics(said, targets);
            return code;
        }
    }

    private int eachTarget(
            BundleContributions extender, TargetWork work, Said said, ManyTargets targets, Settings settings) {
        try (var each = new EachTarget(environment, extender, work, said, targets, settings, cancellation)) {
            return each.run();
        }
    }

    private static void refuseSeconds(Said said) {
        if (said.has("--seconds")) {
            throw new UsageException("--seconds is how long each of many targets may take: -c 'dumps/*'");
        }
    }

    private void tellStatistics(Said said, OpenTargets targets) {
        statistics.phase("command");
        if (said.has("--stats")) {
            statistics.write(environment.errors(), targets.counts());
        }
    }

    private void page(Said said, Format format) {
        if (environment.terminal() && format == Format.TEXT && !said.has("--no-pager")) {
            environment.out().page(environment.variable("PAGER").orElse(DEFAULT_PAGER));
        }
    }

    /** The framework is started when a bundle outside the core is first needed: the core's classes are at hand. */
    private BundleContributions extend(Indexes indexes, LogLevel level) {
        var loader = Optional.of(Launcher.class.getClassLoader());
        var extender = new BundleContributions(
                () -> statistics.inside("framework", () -> startFramework(indexes.core(), level)),
                bundle -> CoreConnector.isCore(bundle) ? loader : Optional.empty(),
                indexes.all(),
                message -> environment.errors().println("wyrm: warning: " + message));
        extender.provide(PluginFolders.class, indexes.folders());
        contributions = extender;
        return extender;
    }

    private BundleContext startFramework(Index coreIndex, LogLevel level) {
        starting.lock();
        try {
            return new FrameworkHost(coreIndex, storage.make(environment.temporaryFolder()), level).start();
        } finally {
            starting.unlock();
        }
    }

    private RunContext.Telling telling(Said said, Supplier<OptionalInt> columns) {
        var quiet = said.has("--quiet");
        return new RunContext.Telling(
                environment.errors(), quiet ? Progress.NONE : environment.progress(), quiet, columns);
    }

    private static LogLevel logLevel(Said said) {
        return said.value("--log-level")
                .map(LogLevel::named)
                .orElse(said.has("--consoleLog") ? LogLevel.INFO : LogLevel.ERROR);
    }

    /** {@return the version of wyrm} */
    static String version() {
        return System.getProperty("wyrm.version", "of an unknown version");
    }
}
