package org.wyrm.platform.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.LineLanguage;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.ProgressLine;
import org.wyrm.platform.output.RowStage;

/** Runs lines, one after the other. Confined to one thread. */
final class Shell implements Screen.Surroundings {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    private static final int UNKNOWN_NAME = 4;

    private static final String DEFAULT_PAGER = "less -FRX";
    private static final int NESTED_FILES = 16;
    private static final int NESTED_ALIASES = 16;
    private static final int ROWS_OF_FOREACH = 100_000;
    private static final int LISTED_LINES = 20;
    private static final Pattern KEY = Pattern.compile("\\{([A-Za-z_]\\w*)\\}");
    private static final Pattern ALIAS = Pattern.compile("\\s*([A-Za-z_][\\w-]*)\\s*=?\\s*(.*)", Pattern.DOTALL);
    private static final Set<String> SWITCH = Set.of("on", "off");

    private final ApplicationContext context;
    private final Session session;
    private final boolean isTerminal;
    private final Supplier<OptionalInt> columns;
    private final Foreground foreground = new Foreground();
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<String, String> aliases = new TreeMap<>();
    private Optional<OutputStream> log = Optional.empty();
    private Runnable afterProgram = () -> {};
    private int openFiles;
    private boolean isEnded;
    private int exitCode;

    /**
     * @param isTerminal whether a user sits there
     * @param columns how wide the terminal is
     */
    Shell(ApplicationContext context, Session session, boolean isTerminal, Supplier<OptionalInt> columns) {
        this.context = context;
        this.session = session;
        this.isTerminal = isTerminal;
        this.columns = columns;
        settings.put("format", context.format());
        settings.put("pager", isTerminal ? "on" : "off");
        settings.put("color", isTerminal && session.isColored() ? "on" : "off");
    }

    /** Sets what is done when another program has had the terminal. */
    void afterProgram(Runnable action) {
        afterProgram = action;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public PrintStream out() {
        return context.out();
    }

    @Override
    public List<String> defaults(boolean toTerminal) {
        var words = new ArrayList<>(List.of("--format", settings.getOrDefault("format", "text")));
        words.addAll(context.rowOptions());
        if (toTerminal && isOn("color")) {
            words.addAll(List.of("--color", "always"));
        }
        return words;
    }

    @Override
    public Optional<String> pager() {
        return isTerminal && isOn("pager")
                ? Optional.of(session.variable("PAGER").orElse(DEFAULT_PAGER))
                : Optional.empty();
    }

    @Override
    public OptionalInt columns() {
        return columns.get();
    }

    @Override
    public boolean isDrawn() {
        return isTerminal && !session.variable("TERM").orElse("").equals("dumb");
    }

    @Override
    public Optional<OutputStream> log() {
        return log;
    }

    boolean isOn(String setting) {
        return "on".equals(settings.get(setting));
    }

    /** {@return whether the user has ended the shell} */
    boolean isEnded() {
        return isEnded;
    }

    /** {@return the code that the user has ended the shell with} */
    int exitCode() {
        return exitCode;
    }

    /** {@return the names of the aliases} */
    Set<String> aliases() {
        return Set.copyOf(aliases.keySet());
    }

    /** {@return the language of lines that are no commands} */
    Optional<LineLanguage> language() {
        return context.contributions().of(LineLanguage.class).stream()
                .findFirst()
                .map(Contribution::get);
    }

    /** Ctrl-C: tells what runs to stop. */
    void stop() {
        foreground.stop();
    }

    /** {@return the line that the user is asked at} */
    String prompt() {
        var open = session.targets();
        var prompt = new StringBuilder("wyrm");
        if (open.size() > 1) {
            open.stream()
                    .filter(Session.Target::isCurrent)
                    .forEach(target -> prompt.append(' ').append(target.number()));
        }
        var choices = new TreeMap<>(session.choices());
        if (!choices.isEmpty()) {
            prompt.append(choices.entrySet().stream()
                    .map(choice -> choice.getKey() + " " + choice.getValue())
                    .collect(Collectors.joining(", ", " [", "]")));
        }
        return prompt.append("> ").toString();
    }

    /** Opens what the command line names. {@return its code} */
    int open() {
        return open(List.of());
    }

    /** Runs a line; what goes wrong is told. {@return its code} */
    int execute(String line) {
        return session.guard(line, () -> {
            log.ifPresent(file -> ShellFiles.note(file, prompt() + line));
            return run(line, 0);
        });
    }

    private int tell(int code, String message) {
        session.errors().println("wyrm: " + Output.printable(message).replace("\n", " "));
        return code;
    }

    private int run(String line, int depth) {
        var text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return DONE;
        }
        if (text.startsWith("!")) {
            return program(text.substring(1));
        }
        var first = ShellLine.firstWord(text);
        if (first.isPresent()) {
            var replacement = aliases.get(first.get());
            if (replacement != null) {
                if (depth == NESTED_ALIASES) {
                    throw new UsageException("alias " + first.get() + " stands for itself");
                }
                var rest = text.substring(first.get().length());
                // An alias of a command's own name stands for that command.
                return ShellLine.firstWord(replacement).equals(first)
                        ? runCommand(replacement + rest)
                        : run(replacement + rest, depth + 1);
            }
            var builtin = Builtin.named(first.get());
            if (builtin.isPresent()) {
                return runBuiltin(
                        builtin.get(), text.substring(first.get().length()).strip());
            }
        }
        return runCommand(text);
    }

    private int runCommand(String text) {
        var line = ShellLine.parse(session.index(), text);
        if (Segments.word(line.pipeline(), 0).equals("foreach")) {
            return forEach(
                    line, line.pipeline().strip().substring("foreach".length()).strip());
        }
        int code;
        try (var screen = Screen.of(this, line)) {
            code = foreground.run(screen);
        } finally {
            if (isTerminal) {
                afterProgram.run();
            }
        }
        if (line.isBare() && (code == UNKNOWN_NAME || code == USAGE)) {
            hint(text);
        }
        return code;
    }

    /** A word that is no command is taken for an expression; the user may have meant a command. */
    private void hint(String text) {
        ShellLine.firstWord(text).ifPresent(word -> {
            try {
                session.help(List.of(word));
            } catch (UsageException e) {
                var message = String.valueOf(e.getMessage());
                if (!message.endsWith("see wyrm --help")) {
                    tell(USAGE, message);
                }
            }
        });
    }

    /** Runs a command for each row: with its first value, or with those that are named in braces. */
    private int forEach(ShellLine line, String command) {
        if (command.isEmpty()) {
            throw new UsageException("foreach: a command is missing: tasks | foreach bt");
        }
        var keys = new LinkedHashSet<String>();
        var matcher = KEY.matcher(command);
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        var stages = new ArrayList<>(line.stages());
        if (!keys.isEmpty()) {
            stages.add(RowStage.parse("select " + String.join(",", keys)));
        }
        stages.add(RowStage.parse("head " + ROWS_OF_FOREACH));
        var words = new ArrayList<>(List.of(line.words().getFirst(), "--format", "csv"));
        words.addAll(line.words().subList(1, line.words().size()));
        var text = new ByteArrayOutputStream();
        int code;
        try (var screen = Screen.into(this, words, stages, text)) {
            code = foreground.run(screen);
        }
        for (var values : Csv.rows(text.toString(StandardCharsets.UTF_8))) {
            if (code == Foreground.INTERRUPTED) {
                break;
            }
            code = Math.max(code, run(filled(command, values), 0));
        }
        return code;
    }

    private static String filled(String command, Map<String, String> values) {
        var matcher = KEY.matcher(command);
        if (!matcher.find()) {
            return command + " " + values.values().iterator().next();
        }
        return matcher.replaceAll(key -> Matcher.quoteReplacement(values.getOrDefault(key.group(1), key.group())));
    }

    private int program(String commands) {
        try {
            out().flush();
            return Programs.run(commands) == 0 ? DONE : FAILED;
        } catch (IOException e) {
            return tell(FAILED, "cannot start /bin/sh: " + FileErrors.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Foreground.INTERRUPTED;
        } finally {
            afterProgram.run();
        }
    }

    private int runBuiltin(Builtin builtin, String rest) {
        return switch (builtin) {
            case ALIAS -> alias(rest);
            case CLOSE -> close(Words.of(rest));
            case EXIT -> exit(Words.of(rest));
            case FOREACH -> run(CrashForeach.line(session.index(), Words.of(rest)), 0);
            case HELP -> help(Words.of(rest));
            case HISTORY -> history(Words.of(rest));
            case OPEN -> open(required(builtin, Words.of(rest)));
            case RECORD -> record(required(builtin, Words.of(rest)).getFirst());
            case SET -> set(Words.of(rest));
            case SOURCE ->
                source(ShellFiles.path(required(builtin, Words.of(rest)).getFirst()));
            case TARGET -> target(Words.of(rest));
            case UNALIAS -> unalias(required(builtin, Words.of(rest)));
        };
    }

    private static List<String> required(Builtin builtin, List<String> words) {
        if (words.isEmpty()) {
            throw new UsageException(builtin.word() + ": what is missing: " + builtin.usage());
        }
        return words;
    }

    private int print(String text) {
        log.ifPresent(file -> ShellFiles.note(file, text.stripTrailing()));
        var shown = new Output(out(), ProgressLine.off());
        if (log.isEmpty()) {
            pager().ifPresent(shown::page);
        }
        shown.append(text).close();
        if (isTerminal) {
            afterProgram.run();
        }
        return DONE;
    }

    private int help(List<String> names) {
        if (names.isEmpty()) {
            return print(session.help(names) + "\n" + Builtin.overview());
        }
        if (names.equals(List.of("crash"))) {
            return print(CrashIdioms.table());
        }
        return print(Builtin.named(names.getFirst()).map(Builtin::help).orElseGet(() -> session.help(names)));
    }

    private int history(List<String> words) {
        var count = words.isEmpty() ? LISTED_LINES : number(words.getFirst());
        return print(ShellFiles.lastLines(Editor.historyFile(session), count));
    }

    private int alias(String text) {
        if (text.isEmpty()) {
            aliases.forEach((name, stands) -> print("alias " + name + "=" + stands + "\n"));
            return DONE;
        }
        var matcher = ALIAS.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("alias: " + Builtin.ALIAS.usage());
        }
        var name = matcher.group(1);
        var stands = matcher.group(2).strip();
        if (stands.length() > 1 && (stands.startsWith("'") || stands.startsWith("\""))) {
            stands = String.join(" ", Words.of(stands));
        }
        if (Builtin.named(name).isPresent()) {
            throw new UsageException("alias: " + name + " is the shell's own");
        }
        if (!stands.isEmpty()) {
            aliases.put(name, stands);
            return DONE;
        }
        if (!aliases.containsKey(name)) {
            throw new UsageException("alias: there is none of the name " + name);
        }
        return print("alias " + name + "=" + aliases.get(name) + "\n");
    }

    private int unalias(List<String> names) {
        for (var name : names) {
            if (aliases.remove(name) == null) {
                throw new UsageException("unalias: there is no alias " + name);
            }
        }
        return DONE;
    }

    private int set(List<String> words) {
        if (words.isEmpty()) {
            settings.forEach((name, value) -> print(name + " " + value + "\n"));
            session.choices().forEach((name, value) -> print(name + " " + value + "\n"));
            return DONE;
        }
        var name = words.getFirst();
        var value =
                Optional.of(String.join(" ", words.subList(1, words.size()))).filter(text -> !text.isEmpty());
        switch (name) {
            case "format" ->
                settings.put(name, Format.named(value.orElse("text")).label());
            case "pager", "color" ->
                settings.put(
                        name,
                        value.filter(SWITCH::contains)
                                .orElseThrow(() -> new UsageException("set " + name + ": on or off")));
            case "frame", "cpu" -> session.choose(name, value);
            case "task" -> chooseTask(value);
            default -> {
                // As in crash: set PID.
                if (words.size() > 1) {
                    throw new UsageException("set: there is no setting '" + name + "': " + Builtin.SET.usage());
                }
                chooseTask(Optional.of(name));
            }
        }
        return DONE;
    }

    private void chooseTask(Optional<String> task) {
        session.choose("task", task);
        // A frame is one of its stack.
        session.choose("frame", Optional.empty());
    }

    private int open(List<String> words) {
        return foreground.run(new Foreground.Work() {
            private final Screen screen = Screen.into(Shell.this, List.of(), List.of(), new ByteArrayOutputStream());

            @Override
            public int run(Cancellation cancellation) {
                try (screen) {
                    return session.open(words, cancellation, screen.display());
                }
            }

            @Override
            public void abandoned() {
                screen.abandoned();
            }
        });
    }

    private int close(List<String> words) {
        session.close(words.isEmpty() ? current() : number(words.getFirst()));
        return DONE;
    }

    private int current() {
        return session.targets().stream()
                .filter(Session.Target::isCurrent)
                .findFirst()
                .orElseThrow(() -> new UsageException("no target is open"))
                .number();
    }

    private int target(List<String> words) {
        if (!words.isEmpty()) {
            session.select(number(words.getFirst()));
            return DONE;
        }
        var text = new StringBuilder();
        session.targets()
                .forEach(target -> text.append(target.isCurrent() ? "* " : "  ")
                        .append(target.number())
                        .append(' ')
                        .append(Output.printable(target.name()))
                        .append('\n'));
        return print(text.isEmpty() ? "no target is open: open FILE\n" : text.toString());
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new UsageException("'" + word + "' is no number");
        }
    }

    /** Adds what is typed and shown from now on to a file. */
    void recordTo(Path file) {
        log.ifPresent(ShellFiles::closed);
        log = Optional.of(ShellFiles.logTo(file));
    }

    private int record(String where) {
        if (where.equals("off")) {
            close();
        } else {
            recordTo(ShellFiles.path(where));
        }
        return DONE;
    }

    private int exit(List<String> words) {
        exitCode = words.isEmpty() ? DONE : number(words.getFirst()) & 0xff;
        isEnded = true;
        return exitCode;
    }

    /** Runs the lines of a file, until one fails. {@return its code} */
    int source(Path file) {
        if (openFiles == NESTED_FILES) {
            throw new UsageException("source: " + file + " is read by what it reads itself");
        }
        openFiles++;
        try {
            var number = 0;
            var pending = new StringBuilder();
            for (var line : ShellFiles.lines(file)) {
                number++;
                pending.append(line);
                if (line.endsWith("\\")) {
                    pending.setLength(pending.length() - 1);
                    continue;
                }
                var code = execute(pending.toString());
                pending.setLength(0);
                if (isEnded || code == Foreground.INTERRUPTED) {
                    return code;
                }
                if (code != DONE) {
                    return tell(code, file + ":" + number + ": this line failed; the rest was not run");
                }
            }
            return pending.isEmpty() ? DONE : execute(pending.toString());
        } finally {
            openFiles--;
        }
    }

    /** Runs what the user has in the configuration folder, and in this one if it is the user's own file. */
    void sourceRcFiles() {
        var own = session.userFolder("XDG_CONFIG_HOME", ".config").resolve("rc");
        if (Files.isRegularFile(own)) {
            session.guard(own.toString(), () -> source(own));
        }
        var project = Path.of(".wyrmrc");
        if (!Files.isRegularFile(project, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (ShellFiles.isOwn(project)) {
            session.guard(project.toString(), () -> source(project));
        } else {
            tell(DONE, "warning: .wyrmrc is not run: it is not yours, or others may write it");
        }
    }

    /** Ends what was begun. */
    void close() {
        log.ifPresent(ShellFiles::closed);
        log = Optional.empty();
    }
}
