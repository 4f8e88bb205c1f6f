package org.wyrm.platform.launcher.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.extension.OptionsRecord;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.ClosedPipeException;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.Settings;

/** One command line, from its words to its exit code. */
final class Launcher implements AutoCloseable {
    private static final long STOP_MILLIS = 70;
    private static final long START_SECONDS = 1;

    private static final String DEFAULT_PAGER = "less -FRX";

    private final Environment environment;
    private final Supplier<Index> core;
    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Statistics statistics = new Statistics();
    private final Storage storage = new Storage();
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable BundleContributions contributions;

    /** @param core reads the index of the core */
    Launcher(Environment environment, Supplier<Index> core) {
        this.environment = environment;
        this.core = core;
    }

    /** {@return the exit code of a command line; all that goes wrong is told on stderr} */
    int run(String... words) {
        try {
            var code = dispatch(List.of(words));
            environment.out().close();
            return code;
        } catch (ClosedPipeException nobodyReads) {
            return ExitCode.DONE;
        } catch (DebuggerException e) {
            // What an interrupted command says is a consequence of the interrupt.
            return cancellation.isCancelled() ? ExitCode.INTERRUPTED : tell(e);
        } catch (OutOfMemoryError e) {
            var heap = Runtime.getRuntime().maxMemory() >> 20;
            return tell(
                    ExitCode.FAILED,
                    "out of memory: " + heap + " MiB of heap do not suffice; WYRM_JAVA_OPTIONS=-Xmx4g gives more");
        } catch (InternalError e) {
            // How the JVM tells that a mapped page is not there any more.
            return String.valueOf(e.getMessage()).contains("unsafe memory access")
                    ? tell(ExitCode.UNREADABLE, "the file shrank while it was read")
                    : bug(e, words);
        } catch (RuntimeException | Error e) {
            return bug(e, words);
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

    private int tell(DebuggerException error) {
        var code = tell(ExitCode.of(error), String.valueOf(error.getMessage()));
        error.context().ifPresent(lines -> environment.errors().println(Output.printable(lines)));
        return code;
    }

    private int tell(int code, String message) {
        environment.errors().println("wyrm: " + Output.printable(message).replace("\n", " "));
        return code;
    }

    private int bug(Throwable e, String[] words) {
        var folders = List.of(
                environment.userFolder("XDG_STATE_HOME", ".local/state"),
                environment.temporaryFolder(),
                Path.of("/tmp"));
        var report = BugReport.write(e, List.of(words), version(), folders)
                .map(file -> "; please send " + file)
                .orElse("");
        return BugReport.ofPlugin(e)
                .map(type -> tell(ExitCode.FAILED, "this is a bug of a plug-in, in " + type + ": " + e + report))
                .orElseGet(() -> tell(ExitCode.BUG, "this is a bug of wyrm: " + e + report));
    }

    private int dispatch(List<String> words) {
        var places = Places.find(environment, words);
        var indexes = Indexes.read(core.get(), places.plugins());
        var before = new OptionSet()
                .add(LauncherOptions.OUTPUT)
                .add(beforeTheCommand(indexes))
                .add(LauncherOptions.HIDDEN);
        var said = before.parse(words, true);
        var rest = said.rest();
        if (!rest.isEmpty() && rest.getFirst().equals("--")) {
            rest = rest.subList(1, rest.size());
        }
        if (said.has("--version")) {
            return print("wyrm " + version() + "\n");
        }
        if (said.has("-e") || (!rest.isEmpty() && rest.getFirst().equals("script"))) {
            throw new UsageException("scripts are not in this version");
        }
        if (said.has("--application")) {
            return runApplication(indexes, places.plugins(), said, rest);
        }
        if (said.has("--help") || (!rest.isEmpty() && rest.getFirst().equals(Help.COMMAND))) {
            return help(indexes, places.plugins(), said.has("--help") ? rest : rest.subList(1, rest.size()));
        }
        if (rest.isEmpty()) {
            environment.errors().print(Help.usage());
            return tell(ExitCode.USAGE, "no command; the interactive shell is not in this version");
        }
        if (rest.getFirst().startsWith("-")) {
            throw before.unknown(rest.getFirst());
        }
        return runCommand(indexes, places.plugins(), said, rest);
    }

    private static List<OptionDeclaration> beforeTheCommand(Indexes indexes) {
        var options = new ArrayList<>(LauncherOptions.PLATFORM);
        indexes.all()
                .declared(Index.TARGETS)
                .forEach(target -> options.addAll(target.declaration().flags()));
        return options;
    }

    private int help(Indexes indexes, PluginFolders folders, List<String> names) {
        if (names.isEmpty()) {
            return print(Help.overview(indexes.all()));
        }
        var name = names.getFirst();
        return print(
                List.of(Help.COMMAND, "-h", "--help").contains(name)
                        ? Help.ofHelp()
                        : Help.of(find(indexes, folders, name)));
    }

    private int print(String text) {
        environment.out().append(text).flush();
        return ExitCode.DONE;
    }

    private static Index.Declared find(Indexes indexes, PluginFolders folders, String word) {
        return indexes.all().command(word).orElseThrow(() -> unknown(indexes, folders, word));
    }

    private static UsageException unknown(Indexes indexes, PluginFolders folders, String word) {
        var waiting = Index.ofFolder(folders.shipped()).command(word);
        if (waiting.isPresent()) {
            var name = waiting.get().bundle().symbolicName();
            return new UsageException("`" + word + "` is in plug-in " + name + ": wyrm plugin install "
                    + name.substring(name.startsWith("org.wyrm.") ? "org.wyrm.".length() : 0));
        }
        var known = new ArrayList<>(List.of(Help.COMMAND));
        for (var command : indexes.all().declared(Index.COMMANDS)) {
            known.add(command.declaration().name());
            known.addAll(command.declaration().aliases());
        }
        var nearest = Words.nearest(word, known);
        return new UsageException("no command '" + word + "'"
                + (nearest.isEmpty() ? "; see wyrm --help" : "; did you mean " + nearest + "?"));
    }

    private int runCommand(Indexes indexes, PluginFolders folders, Said before, List<String> words) {
        var command = find(indexes, folders, words.getFirst());
        var declaration = command.declaration();
        var after = new OptionSet()
                .add(declaration.flags())
                .add(LauncherOptions.OUTPUT)
                .before(words.getFirst(), beforeTheCommand(indexes))
                .parse(words.subList(1, words.size()), false);
        var output = after.without(declaration.flags());
        if (output.has("--help")) {
            return print(Help.of(command));
        }
        var values = new LinkedHashMap<>(after.values());
        placeArguments(declaration.arguments(), after.rest(), values);
        var settings = settings(before, output);
        if (environment.terminal()
                && settings.format() == Format.TEXT
                && !before.has("--no-pager")
                && !output.has("--no-pager")) {
            environment.out().page(environment.variable("PAGER").orElse(DEFAULT_PAGER));
        }
        var layout = Layout.valueOf(declaration.attributes().getOrDefault("layout", Layout.TABLE.name()));
        statistics.phase("command line");
        try (var extender = extend(indexes, folders, logLevel(before, output));
                var context = context(
                        extender,
                        command.bundle(),
                        before,
                        output,
                        settings.format() == Format.TEXT ? environment::columns : OptionalInt::empty);
                var _ = extender.use(command.bundle().symbolicName(), cancellation)) {
            long failures;
            try {
                failures = environment
                        .out()
                        .rows(settings, layout, declaration.columns(), rows(extender, command, context, values));
            } catch (FaultException | CorruptStructureException e) {
                context.remarks().forEach(remark -> tell(0, remark));
                throw e;
            }
            statistics.phase("command");
            if (failures > 0) {
                tell(0, failures + (failures == 1 ? " row holds" : " rows hold") + " values that could not be read");
                context.remarks().forEach(remark -> tell(0, remark));
            }
            if (before.has("--stats") || output.has("--stats")) {
                statistics.write(environment.errors(), context.counts());
            }
        }
        // A command may return what it had found when it was told to stop; that is not all.
        cancellation.check();
        return ExitCode.DONE;
    }

    @SuppressWarnings("unchecked") // the index was made from the command's own signature
    private static Stream<? extends Record> rows(
            BundleContributions extender,
            Index.Declared command,
            RunContext context,
            Map<String, List<String>> values) {
        var object = (Command<Record>) extender.get(command);
        var options = OptionsRecord.make(
                extender.optionsClass(command), command.declaration().options(), values);
        return object.run(context, options);
    }

    private static void placeArguments(
            List<OptionDeclaration> arguments, List<String> words, Map<String, List<String>> values) {
        var next = 0;
        for (var argument : arguments) {
            if (argument.isRepeatable()) {
                values.put(argument.key(), words.subList(next, words.size()));
                next = words.size();
            } else if (next < words.size()) {
                values.put(argument.key(), List.of(words.get(next++)));
            }
        }
        if (next < words.size()) {
            throw new UsageException("too many arguments: '" + words.get(next) + "'");
        }
    }

    private int runApplication(Indexes indexes, PluginFolders folders, Said said, List<String> words) {
        var id = said.value("--application").orElse("");
        var application = indexes.all().declared(Index.APPLICATIONS).stream()
                .filter(each -> each.declaration().name().equals(id))
                .findFirst()
                .orElseThrow(() -> new UsageException("no application '" + id + "'"));
        try (var extender = extend(indexes, folders, logLevel(said, said));
                var context = context(extender, application.bundle(), said, said, OptionalInt::empty);
                var _ = extender.use(application.bundle().symbolicName(), cancellation);
                var out = environment.out().asPrintStream()) {
            return ((Application) extender.get(application)).run(context, words, out);
        }
    }

    /** The framework is started when a bundle outside the core is first needed: the core's classes are at hand. */
    private BundleContributions extend(Indexes indexes, PluginFolders folders, LogLevel level) {
        var loader = Optional.of(Launcher.class.getClassLoader());
        var extender = new BundleContributions(
                () -> statistics.inside("framework", () -> startFramework(indexes.core(), level)),
                bundle -> CoreConnector.isCore(bundle) ? loader : Optional.empty(),
                indexes.all(),
                message -> environment.errors().println("wyrm: warning: " + message));
        extender.provide(PluginFolders.class, folders);
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

    private RunContext context(
            BundleContributions extender,
            IndexedBundle asking,
            Said before,
            Said after,
            Supplier<OptionalInt> columns) {
        var quiet = before.has("--quiet") || after.has("--quiet");
        var telling = new RunContext.Telling(
                environment.errors(), quiet ? Progress.NONE : environment.progress(), quiet, columns);
        return new RunContext(extender, before.values(), cancellation, statistics, telling, asking);
    }

    private static LogLevel logLevel(Said before, Said after) {
        return either(before, after, "--log-level")
                .map(LogLevel::named)
                .orElse(before.has("--consoleLog") ? LogLevel.INFO : LogLevel.ERROR);
    }

    private Settings settings(Said before, Said after) {
        var format = either(before, after, "--format").map(Format::named).orElse(Format.TEXT);
        var limit = either(before, after, "--limit").map(Launcher::rowLimit).orElse(OptionalLong.empty());
        var color = either(before, after, "--color").orElse("auto");
        return new Settings(
                format,
                limit,
                switch (color) {
                    case "auto" -> environment.isColored();
                    case "always" -> true;
                    case "never" -> false;
                    default -> throw new UsageException("--color is auto, always or never, not '" + color + "'");
                });
    }

    private static Optional<String> either(Said before, Said after, String option) {
        return after.value(option).or(() -> before.value(option));
    }

    private static OptionalLong rowLimit(String text) {
        try {
            var limit = Long.parseLong(text);
            if (limit >= 0) {
                return OptionalLong.of(limit);
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are too low.
        }
        throw new UsageException("--limit wants a number of rows, not '" + text + "'");
    }

    private static String version() {
        return System.getProperty("wyrm.version", "of an unknown version");
    }
}
